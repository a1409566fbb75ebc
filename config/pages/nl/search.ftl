search-lead = Op het volledige nummer van een bestelling, transactie, factuur of zending, de id van een geschil of zaak, of op naam of mailadres van een koper voor zover platforms of uw bestanden die noemen.
search-lead-staff = Op het volledige nummer van een bestelling, transactie, factuur of zending, de id van een geschil of zaak, elke andere id, naam of mailadres van een koper voor zover platforms of bestanden van klanten die noemen, het adres van een vraag, de naam van een klant of persoon. Van kopers worden alleen vingerafdrukken bewaard: men vindt ze in hun geheel, en niemand kan ze lezen.
search-for = Zoek naar
search-nothing = Niets gevonden
search-nothing-why = Onder “{ $term }” is niets bekend. Zoek het in zijn geheel, zoals het platform of de winkel het schrijft; hoofd- en kleine letters zijn gelijk.
search-cases = Zaken
search-caption = { $n ->
        [one] { $n } zaak, de nieuwste eerst
        *[other] { $n } zaken, de nieuwste eerst
    }
search-found-by = Gevonden op
search-opened = geopend { $at }
search-no-deadline = geen lopende
search-by-id = onze id van de zaak
search-by-dispute = id van het geschil
search-by-reference = bestelling, transactie of factuur
search-by-parcel = trackingnummer
search-by-buyer = de koper
search-by-receipt = kenmerk van een antwoord bij het platform
search-by-response = de id van een antwoord
search-missed = gemist { $at }
search-its-cases = de open zaken
search-order-of-file = een bestand van een klant noemt ze; geen zaak noemt ze
search-orders = Bestellingen
search-missed-deadlines = Gemiste termijnen
search-by-part = een deel ervan
search-parts = Onder het geheel is niets bekend. Van de { $among } dringendste open zaken bevatten deze het als deel.
