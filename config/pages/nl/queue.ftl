queue-lead = Wat het eerst moet gebeuren staat bovenaan, op welk platform ook.
queue-stale = Verouderd.
queue-see-connections = Bekijk de koppelingen
queue-overview = Overzicht
queue-next-case = Volgende zaak
queue-next-hint = uw dringendste; anders een van niemand, die dan van u wordt
queue-in-force = Actieve filters
queue-take-off = Filter weghalen: { $filter }
queue-nothing-here = Niets hier
queue-none-of-yours = Er is nu geen geschil van u.
queue-no-connection = Nog geen koppeling
queue-add-connection = Zaken komen uit het account van een klant bij een platform. Voeg de klant en de koppeling toe en lees dan de geschillen:
queue-nothing-to-do = Niets te doen
queue-read-again = Er is geen zaak. Lees de platforms voor de zekerheid opnieuw:
queue-no-match = Geen zaak voldoet
queue-clear-hint = Haal hierboven een filter weg, of <a href="{ $url }">wis alle filters</a>.
pages-of-list = Pagina’s van de lijst
first-page = Eerste pagina
next-page = Volgende pagina
filters = Filters
filter-nobody-hint = “{ $word }” voor niet toegewezen
filter-open-only = Alleen open zaken
filter-clear = Filters wissen
filter-more = Meer filters
filter-currency = Valuta
filter-currency-hint = drie letters, zoals EUR
filter-opened-from = Geopend vanaf
filter-opened-before = Geopend voor
queue-caption = { $n ->
        [one] { $n } zaak, de eerstvolgende handeling eerst
        *[other] { $n } zaken, de eerstvolgende handeling eerst
    }
queue-on-page = { $n } op deze pagina
queue-next-action = Volgende handeling en termijn
queue-reason-stage = Reden en fase
queue-turn-work = Beurt en werk
queue-look = Aandacht nodig
queue-deadline = Termijn: { $at }
queue-closed = Gesloten { $at }
queue-select = Selecteer { $dispute }
queue-round = ronde { $n }
queue-no-flag = nee
nobody = niemand
queue-take = Nemen
queue-waits-ours = Geen termijn bekend
queue-waits-buyer = Wacht op de koper
queue-waits-platform = Wacht op het platform
queue-waits-nobody = Gesloten
queue-open = Open zaken
queue-our-turn = Wij aan zet
queue-due-soon = Binnen 48 u
queue-attention = Aandacht nodig
queue-stale-one = De koppeling is verouderd: wat het platform sinds de laatste synchronisatie wijzigde, ontbreekt hier.
queue-stale-some = { $n ->
        [one] { $n } van { $all } koppelingen is verouderd: wat het platform sinds de laatste synchronisatie wijzigde, ontbreekt hier.
        *[other] { $n } van { $all } koppelingen zijn verouderd: wat hun platforms sinds de laatste synchronisatie wijzigden, ontbreekt hier.
    }
filter-any-or-none = Wel of geen
filter-any-flag = Elke markering
filter-turn = Beurt
filter-anyones = Van wie dan ook
filter-due = Te doen binnen
filter-any = Alle
filter-none-yet = Nog geen
filter-evidence-sent = Er is bewijs verzonden
filter-none-sent = Er is geen bewijs verzonden
filter-stage = Fase
filter-evidence = Bewijs
filter-any-time = Altijd
filter-days = { $n } dagen
filter-hours = { $n } u
chip-client = klant { $name }
chip-connection = één koppeling
chip-open = open
chip-awake = niet opzijgelegd
chip-due = te doen binnen { $span }
chip-due-from = te doen vanaf { $at }
chip-due-before = te doen voor { $at }
chip-any-flag = elke markering
chip-assignee = behandelaar { $name }
chip-stage = fase { $stage }
chip-outcome = uitkomst { $outcome }
chip-no-outcome = nog geen uitkomst
chip-contested = bewijs verzonden
chip-not-contested = geen bewijs verzonden
chip-figure = in het winstrapport geteld als { $figure }
chip-evidence = bewijs { $band }
chip-country = verzonden naar { $country }
chip-product = artikel { $product }
chip-opened-from = geopend vanaf { $day }
chip-opened-before = geopend voor { $day }
chip-closed-from = gesloten vanaf { $day }
chip-closed-before = gesloten voor { $day }
chip-amount-from = van minstens { $n } kleinste eenheden
chip-amount-below = onder { $n } kleinste eenheden
view-mine = Van mij
view-nobodys = Van niemand
views = Weergaven
view-forget = Vergeet de weergave { $name }
view-keep-this = Deze weergave bewaren
view-name = De naam
view-keep = Bewaren
bulk-selected = Met de geselecteerde zaken
bulk-dry = Elk toont eerst per zaak wat er gebeurt; er gebeurt niets voordat u het daar bevestigt.
bulk-all = Alle { $n } op deze pagina, aangevinkt of niet
bulk-give-to = Toewijzen aan
bulk-suggested = naar kunde en drukte
bulk-give = Toewijzen…
bulk-ask-client = De klant vragen
bulk-besides = naast wat de zaak mist
bulk-mail = Mailen aan
bulk-ask = Vragen…
bulk-aside-until = Opzijleggen tot
bulk-in-4h = over 4 uur
bulk-tomorrow = morgen om deze tijd
bulk-in-3d = over 3 dagen
bulk-aside = Opzijleggen…
bulk-accept = Erkennen volgens de regels van de klanten…
bulk-load = { $name } ({ $n } open)
bulk-ended = Uitgevoerd: gedaan voor { $n } van { $all ->
        [one] { $all } zaak
        *[other] { $all } zaken
    }.
bulk-under-way = Het is begonnen en heeft nog niet gemeld hoe het afliep. Open deze pagina zo nog eens; wat gedaan is, staat in de geschiedenis van elke zaak, en niets gebeurt twee keer.
bulk-planned = Er is nog niets gebeurd. Dit gaat gebeuren, voor { $n } van { $all ->
        [one] { $all } zaak
        *[other] { $all } zaken
    }, zoals ze waren { $made }. Een zaak die intussen veranderde, blijft zoals ze is.
bulk-do = { $n ->
        [one] Doe dit voor { $n } zaak
        *[other] Doe dit voor { $n } zaken
    }
bulk-leave = Laat maar
bulk-nothing = Er is niets te doen.
bulk-back = Terug naar de werklijst
bulk-case-by-case = Zaak voor zaak
bulk-what-planned = Wat gepland was
bulk-what-will = Wat er gaat gebeuren
bulk-came-of-it = Wat ervan kwam
bulk-what = Wat
bulk-came = Gevolg
bulk-the-question = De vraag
bulk-title = Veel zaken tegelijk
bulk-heading-give = Aan iemand toewijzen
bulk-heading-suggested = Verdelen zoals voorgesteld
bulk-heading-ask = De klanten vragen
bulk-heading-accept = Erkennen volgens de regels van de klanten
bulk-heading-aside = Opzijleggen
bulk-done = gedaan
bulk-not-done = niet gedaan
bulk-nothing-done = niets
bulk-no-plan = Op dit adres staat geen plan van u.
bulk-step-assign = gaat van { $from } naar { $to }
bulk-step-ask-mail = de klant wordt gevraagd, per mail aan { $to }; antwoord voor { $due }
bulk-step-ask = de klant wordt gevraagd, het adres van de pagina wordt met de hand doorgegeven; antwoord voor { $due }
bulk-step-accept = { $amount } wordt erkend volgens regel { $rule }
bulk-step-aside = wordt opzijgelegd tot { $at }
bulk-step-nothing = niets: { $why }
