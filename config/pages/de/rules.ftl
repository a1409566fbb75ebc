rules-title = Regeln und Belege
rules-lead = Was Kunden von selbst oder nie getan haben wollen, und welche Belege ein Fall braucht.
rules-of-clients = Regeln der Kunden
rules-none = Kein Kunde hat eine. Eine neue Regel vermerkt nur, was sie beträfe; sie wirkt, sobald jemand anderes als ihr Urheber den Probelauf angesehen und sie freigegeben hat.
rules-caption = Nach Kunde und Name. Von jedem Namen wirkt eine Fassung
rules-rule = Regel
rules-says = Sagt
rules-do = Tun
rules-tried = Probelauf angesehen { $at }
rules-not-tried = niemand hat den Probelauf angesehen
rules-made = angelegt von { $by } { $at }
rules-let = freigegeben von { $by } { $at }
rules-dry-run = Probelauf
rules-let-act = Wirken lassen
rules-retire = Beenden
rules-new = Eine neue Regel
rules-wants = Will
rules-wants-accept = Fälle unter einem Betrag anerkannt
rules-wants-never = solche Fälle nie angefochten
rules-below = Unter (zum Anerkennen)
rules-only-reason = Nur bei diesem Grund
rules-only-platform = Nur bei dieser Plattform
rules-name-hint = aus dem, was sie sagt
rules-make = Anlegen
rules-which-evidence = Welche Belege Fälle brauchen
rules-matrix = Fassung { $n } der Matrix. Zum Ändern kopieren Sie sie mit <code>docket config matrix</code>, bearbeiten die Kopie und nennen sie in <code>evidence.matrix_file</code>.
rules-weighs-first = { $reason }: was am schwersten wiegt, zuerst
rules-need = Bedarf
rules-weight = Gewicht
rules-must-show = Was er zeigen muss
rules-notes-only = vermerkt nur
rules-acts = wirkt
rules-retired = beendet
rules-goods = { $goods }
rules-all = alle
rules-any = Jeder
rules-nothing = nichts
rules-says-accept-below = anerkennen unter { $amount }
rules-says-accept = anerkennen
rules-says-never = nie anfechten
rules-says-reason = Grund { $reason }
rules-says-at = bei { $platform }
rules-missing = Unter dieser Adresse gibt es keine Regel.
rules-choose-client = wählen Sie einen Kunden
rules-choose-what = wählen Sie, was getan werden soll
rules-currency = die Währung sind drei Buchstaben, etwa EUR
rules-choose-reason = wählen Sie einen Grund aus der Liste
rules-platform = die Plattform ist ein Wort wie paypal
tried-says = Sie sagt: { $says }. Nichts wurde getan; aufbewahrt wird, dass Sie hingesehen haben.
tried-now = Jetzt beträfe sie
tried-open = { $n ->
        [one] { $n } offenen Fall, { $sum } strittig
        *[other] { $n } offene Fälle, { $sum } strittig
    }
tried-past = In den letzten 90 Tagen
tried-closed = { $n ->
        [one] { $n } geschlossenen Fall, { $sum } strittig
        *[other] { $n } geschlossene Fälle, { $sum } strittig
    }
tried-won = Davon in Wirklichkeit gewonnen
tried-given-away = { $sum }, die sie verschenkt hätte
tried-unknown = Ob die Plattform die Handlung damals anbot, ist nicht bekannt.
tried-none = Sie betrifft keinen Fall.
tried-caption = Die Fälle, offene zuerst
tried-opened = Eröffnet
tried-still-open = offen
