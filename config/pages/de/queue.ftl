queue-lead = Was als Nächstes zu tun ist, steht oben, gleich auf welcher Plattform.
queue-stale = Veraltet.
queue-see-connections = Anbindungen ansehen
queue-overview = Übersicht
queue-next-case = Nächster Fall
queue-next-hint = Ihr dringendster; sonst einer von niemandem, der dann Ihrer wird
queue-in-force = Wirksame Filter
queue-take-off = Filter entfernen: { $filter }
queue-nothing-here = Nichts hier
queue-none-of-yours = Zurzeit ist hier kein Konflikt von Ihnen.
queue-no-connection = Noch keine Anbindung
queue-add-connection = Fälle kommen aus dem Konto eines Kunden bei einer Plattform. Legen Sie den Kunden und seine Anbindung an, und lesen Sie dann seine Konflikte:
queue-nothing-to-do = Nichts zu tun
queue-read-again = Hier ist kein Fall. Lesen Sie die Plattformen zur Sicherheit noch einmal:
queue-no-match = Kein Fall passt
queue-clear-hint = Entfernen Sie oben einen Filter, oder <a href="{ $url }">löschen Sie alle Filter</a>.
pages-of-list = Seiten der Liste
first-page = Erste Seite
next-page = Nächste Seite
filters = Filter
filter-nobody-hint = „{ $word }“ für nicht zugewiesene
filter-open-only = Nur offene Fälle
filter-clear = Filter löschen
filter-more = Weitere Filter
filter-currency = Währung
filter-currency-hint = drei Buchstaben, etwa EUR
filter-opened-from = Eröffnet ab
filter-opened-before = Eröffnet vor
queue-caption = { $n ->
        [one] { $n } Fall, die nächste Handlung zuerst
        *[other] { $n } Fälle, die nächste Handlung zuerst
    }
queue-on-page = { $n } auf dieser Seite
queue-next-action = Nächste Handlung und Frist
queue-reason-stage = Grund und Stufe
queue-turn-work = Zug und Arbeit
queue-look = Zu prüfen
queue-deadline = Frist: { $at }
queue-closed = Geschlossen { $at }
queue-select = { $dispute } auswählen
queue-round = Runde { $n }
queue-no-flag = nein
nobody = niemand
queue-take = Übernehmen
queue-waits-ours = Keine Frist bekannt
queue-waits-buyer = Wartet auf den Käufer
queue-waits-platform = Wartet auf die Plattform
queue-waits-nobody = Geschlossen
queue-open = Offene Fälle
queue-our-turn = Wir am Zug
queue-due-soon = Fällig in 48 Std.
queue-attention = Zu prüfen
queue-stale-one = Die Anbindung ist veraltet: Was die Plattform seit dem letzten Abgleich geändert hat, fehlt hier.
queue-stale-some = { $n ->
        [one] { $n } von { $all } Anbindungen ist veraltet: Was ihre Plattform seit dem letzten Abgleich geändert hat, fehlt hier.
        *[other] { $n } von { $all } Anbindungen sind veraltet: Was ihre Plattformen seit dem letzten Abgleich geändert haben, fehlt hier.
    }
filter-any-or-none = Mit oder ohne
filter-any-flag = Irgendein Vermerk
filter-turn = Zug
filter-anyones = Wer auch immer
filter-due = Fällig in
filter-any = Alle
filter-none-yet = Noch keines
filter-evidence-sent = Belege wurden gesendet
filter-none-sent = Keine gesendet
filter-stage = Stufe
filter-evidence = Belege
filter-any-time = Jederzeit
filter-days = { $n } Tagen
filter-hours = { $n } Std.
chip-client = Kunde { $name }
chip-connection = eine Anbindung
chip-open = offen
chip-awake = nicht zurückgestellt
chip-due = fällig in { $span }
chip-due-from = fällig ab { $at }
chip-due-before = fällig vor { $at }
chip-any-flag = irgendein Vermerk
chip-assignee = Bearbeiter { $name }
chip-stage = Stufe { $stage }
chip-outcome = Ergebnis { $outcome }
chip-no-outcome = noch kein Ergebnis
chip-contested = Belege gesendet
chip-not-contested = keine Belege gesendet
chip-figure = im Bericht der Gewinnquoten gezählt als { $figure }
chip-evidence = Belege { $band }
chip-country = gesendet nach { $country }
chip-product = Ware { $product }
chip-opened-from = eröffnet ab { $day }
chip-opened-before = eröffnet vor { $day }
chip-closed-from = geschlossen ab { $day }
chip-closed-before = geschlossen vor { $day }
chip-amount-from = von mindestens { $n } kleinsten Einheiten
chip-amount-below = unter { $n } kleinsten Einheiten
view-mine = Meine
view-nobodys = Von niemandem
views = Ansichten
view-forget = Ansicht { $name } vergessen
view-keep-this = Diese Ansicht behalten
view-name = Ihr Name
view-keep = Behalten
bulk-selected = Mit den ausgewählten Fällen
bulk-dry = Jedes zeigt zuerst Fall für Fall, was geschieht; nichts geschieht, bevor Sie es dort bestätigen.
bulk-all = Alle { $n } auf dieser Seite, angekreuzt oder nicht
bulk-give-to = Zuweisen an
bulk-suggested = nach Können und Auslastung
bulk-give = Zuweisen…
bulk-ask-client = Kunden fragen
bulk-besides = außer dem, was dem Fall fehlt
bulk-mail = Per Mail an
bulk-ask = Fragen…
bulk-aside-until = Zurückstellen bis
bulk-in-4h = in 4 Stunden
bulk-tomorrow = morgen um diese Zeit
bulk-in-3d = in 3 Tagen
bulk-aside = Zurückstellen…
bulk-accept = Anerkennen nach den Regeln der Kunden…
bulk-load = { $name } ({ $n } offen)
bulk-ended = Ausgeführt: für { $n } von { $all ->
        [one] { $all } Fall
        *[other] { $all } Fällen
    } getan.
bulk-under-way = Es wurde begonnen und hat noch nicht gemeldet, wie es endete. Öffnen Sie diese Seite gleich noch einmal; was getan wurde, steht im Verlauf jedes Falls, und nichts geschieht zweimal.
bulk-planned = Noch ist nichts geschehen. Dies wird geschehen, für { $n } von { $all ->
        [one] { $all } Fall
        *[other] { $all } Fällen
    }, Stand { $made }. Ein Fall, der sich inzwischen geändert hat, bleibt, wie er ist.
bulk-do = { $n ->
        [one] Für { $n } Fall ausführen
        *[other] Für { $n } Fälle ausführen
    }
bulk-leave = Lassen
bulk-nothing = Es gibt nichts zu tun.
bulk-back = Zurück zur Arbeitsliste
bulk-case-by-case = Fall für Fall
bulk-what-planned = Was geplant war
bulk-what-will = Was geschehen wird
bulk-came-of-it = Was daraus wurde
bulk-what = Was
bulk-came = Folge
bulk-the-question = Die Frage
bulk-title = Viele Fälle zugleich
bulk-heading-give = Jemandem zuweisen
bulk-heading-suggested = Wie vorgeschlagen verteilen
bulk-heading-ask = Die Kunden fragen
bulk-heading-accept = Anerkennen nach den Regeln der Kunden
bulk-heading-aside = Zurückstellen
bulk-done = getan
bulk-not-done = nicht getan
bulk-nothing-done = nichts
bulk-no-plan = Unter dieser Adresse ist kein Plan von Ihnen.
bulk-step-assign = geht von { $from } an { $to }
bulk-step-ask-mail = der Kunde wird gefragt, per Mail an { $to }; fällig { $due }
bulk-step-ask = der Kunde wird gefragt, die Adresse der Seite wird von Hand weitergegeben; fällig { $due }
bulk-step-accept = { $amount } wird nach Regel { $rule } anerkannt
bulk-step-aside = wird zurückgestellt bis { $at }
bulk-step-nothing = nichts: { $why }
