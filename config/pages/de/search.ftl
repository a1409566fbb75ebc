search-lead = Nach der ganzen Nummer einer Bestellung, Transaktion, Rechnung oder Sendung, der Id eines Konflikts oder Falls, oder nach Name oder Mailadresse eines Käufers, soweit Plattformen oder Ihre Dateien sie nennen.
search-lead-staff = Nach der ganzen Nummer einer Bestellung, Transaktion, Rechnung oder Sendung, der Id eines Konflikts oder Falls, jeder anderen Id, Name oder Mailadresse eines Käufers, soweit Plattformen oder Dateien von Kunden sie nennen, der Adresse einer Frage, dem Namen eines Kunden oder einer Person. Von Käufern werden nur Fingerabdrücke aufbewahrt: Man findet sie im Ganzen, und niemand kann sie lesen.
search-for = Suchen nach
search-nothing = Nichts gefunden
search-nothing-why = Unter „{ $term }“ ist nichts bekannt. Suchen Sie es als Ganzes, wie Plattform oder Shop es schreiben; Groß- und Kleinschreibung ist gleich.
search-cases = Fälle
search-caption = { $n ->
        [one] { $n } Fall, die neuesten zuerst
        *[other] { $n } Fälle, die neuesten zuerst
    }
search-found-by = Gefunden nach
search-opened = eröffnet { $at }
search-no-deadline = keine läuft
search-by-id = unsere Id des Falls
search-by-dispute = Id des Konflikts
search-by-reference = Bestellung, Transaktion oder Rechnung
search-by-parcel = Sendungsnummer
search-by-buyer = Käufer
search-by-receipt = Referenz einer Antwort bei der Plattform
search-by-response = die Id einer Antwort
search-missed = versäumt { $at }
search-its-cases = seine offenen Fälle
search-order-of-file = eine Datei eines Kunden nennt sie; kein Fall nennt sie
search-orders = Bestellungen
search-missed-deadlines = Versäumte Fristen
search-by-part = ein Teil davon
search-parts = Unter dem Ganzen ist nichts bekannt. Von den { $among } dringendsten offenen Fällen enthalten diese es als Teil.
