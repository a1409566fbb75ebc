deadlines-lead = Wat de platforms vandaag en in de 13 dagen daarna van ons moeten hebben. Dagen en uren zijn { $zone }.
deadlines-everything = Alles
deadlines-nobodys-hour = Van niemand, per uur
deadlines-all-given = Elke zaak die in deze twee weken moet, heeft iemand.
deadlines-calendar = Kalender
deadlines-each-day = Zaken die op elke dag moeten
deadlines-mon = ma
deadlines-tue = di
deadlines-wed = wo
deadlines-thu = do
deadlines-fri = vr
deadlines-sat = za
deadlines-sun = zo
deadlines-today = vandaag
deadlines-n-due = { $n } te doen
deadlines-none = geen
deadlines-n-nobodys = { $n } van niemand
deadlines-all-hour = Alle zaken, per uur
deadlines-whose-hour = Zaken van { $who }, per uur
deadlines-nothing = In deze twee weken hoeft er niets.
deadlines-by-person = Per persoon
deadlines-by-whose = Zaken die moeten, naar wie ze heeft
deadlines-who = Wie
deadlines-rest-today = Rest van vandaag
deadlines-tomorrow = Morgen
deadlines-two-weeks = Twee weken
deadlines-own = In uw eigen agenda
deadlines-own-lead = Een agendaprogramma dat zich op uw adres abonneert, toont de termijnen van uw zaken en verschuift ze als een platform dat doet. Het noemt geschillen en bedragen, geen kopers.
deadlines-copy = <strong>Kopieer het nu; het wordt niet opnieuw getoond.</strong> Wie het heeft, kan uw termijnen lezen.
deadlines-made = Uw adres is gemaakt { $at }. Een nieuw komt ervoor in de plaats.
deadlines-no-address = U hebt nog geen adres.
deadlines-make = Een adres maken
deadlines-make-new = Een nieuw adres maken
deadlines-take-away = Weghalen
deadlines-heat = { $n ->
        [one] { $n } zaak; een donkerder uur heeft er meer. Uren in { $zone }
        *[other] { $n } zaken; een donkerder uur heeft er meer. Uren in { $zone }
    }
deadlines-day = Dag
deadlines-all = Alle
deadlines-passed = Verstreken, onbeantwoord
deadlines-nobodys = Van niemand
deadlines-these-weeks = In deze twee weken
deadlines-label-nobodys = { $day }, van niemand
deadlines-label-due = { $day }, te doen
deadlines-label-day = te doen { $day }
deadlines-whose = { $who }, { $what }
deadlines-of-today = rest van vandaag
deadlines-of-tomorrow = morgen
deadlines-of-weeks = twee weken
day-and-month = { $day } { $month ->
        [1] jan
        [2] feb
        [3] mrt
        [4] apr
        [5] mei
        [6] jun
        [7] jul
        [8] aug
        [9] sep
        [10] okt
        [11] nov
        *[12] dec
    }
