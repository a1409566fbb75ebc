deadlines-lead = Was die Plattformen heute und in den 13 Tagen danach von uns haben müssen. Tage und Stunden in { $zone }.
deadlines-everything = Alles
deadlines-nobodys-hour = Von niemandem, nach Stunde
deadlines-all-given = Jeder Fall, der in diesen zwei Wochen fällig ist, hat jemanden.
deadlines-calendar = Kalender
deadlines-each-day = Fällige Fälle je Tag
deadlines-mon = Mo
deadlines-tue = Di
deadlines-wed = Mi
deadlines-thu = Do
deadlines-fri = Fr
deadlines-sat = Sa
deadlines-sun = So
deadlines-today = heute
deadlines-n-due = { $n } fällig
deadlines-none = keine
deadlines-n-nobodys = { $n } von niemandem
deadlines-all-hour = Alle Fälle, nach Stunde
deadlines-whose-hour = Fälle von { $who }, nach Stunde
deadlines-nothing = In diesen zwei Wochen ist nichts fällig.
deadlines-by-person = Nach Person
deadlines-by-whose = Fällige Fälle, nach Bearbeiter
deadlines-who = Wer
deadlines-rest-today = Rest von heute
deadlines-tomorrow = Morgen
deadlines-two-weeks = Zwei Wochen
deadlines-own = In Ihrem eigenen Kalender
deadlines-own-lead = Ein Kalenderprogramm, das Ihre Adresse abonniert, zeigt die Fristen Ihrer Fälle und verschiebt sie, wenn eine Plattform es tut. Es nennt Konflikte und Beträge, keine Käufer.
deadlines-copy = <strong>Kopieren Sie sie jetzt; sie wird nicht wieder angezeigt.</strong> Wer sie hat, kann Ihre Fristen lesen.
deadlines-made = Ihre Adresse wurde angelegt { $at }. Eine neue tritt an ihre Stelle.
deadlines-no-address = Sie haben noch keine Adresse.
deadlines-make = Adresse anlegen
deadlines-make-new = Neue Adresse anlegen
deadlines-take-away = Entfernen
deadlines-heat = { $n ->
        [one] { $n } Fall; eine dunklere Stunde hat mehr. Stunden in { $zone }
        *[other] { $n } Fälle; eine dunklere Stunde hat mehr. Stunden in { $zone }
    }
deadlines-day = Tag
deadlines-all = Alle
deadlines-passed = Abgelaufen, unbeantwortet
deadlines-nobodys = Von niemandem
deadlines-these-weeks = In diesen zwei Wochen
deadlines-label-nobodys = { $day }, von niemandem
deadlines-label-due = { $day }, fällig
deadlines-label-day = fällig { $day }
deadlines-whose = { $who }, { $what }
deadlines-of-today = Rest von heute
deadlines-of-tomorrow = morgen
deadlines-of-weeks = zwei Wochen
day-and-month = { $day }. { $month ->
        [1] Jan.
        [2] Feb.
        [3] März
        [4] Apr.
        [5] Mai
        [6] Juni
        [7] Juli
        [8] Aug.
        [9] Sep.
        [10] Okt.
        [11] Nov.
        *[12] Dez.
    }
