deadlines-lead = Vad plattformarna måste få av oss i dag och de 13 dagarna därefter. Dagar och timmar anges i { $zone }.
deadlines-everything = Allt
deadlines-nobodys-hour = Ingens, per timme
deadlines-all-given = Varje ärende med tidsgräns under de två veckorna har någon.
deadlines-calendar = Kalender
deadlines-each-day = Ärenden med tidsgräns per dag
deadlines-mon = mån
deadlines-tue = tis
deadlines-wed = ons
deadlines-thu = tors
deadlines-fri = fre
deadlines-sat = lör
deadlines-sun = sön
deadlines-today = i dag
deadlines-n-due = { $n } att besvara
deadlines-none = inga
deadlines-n-nobodys = { $n } ingens
deadlines-all-hour = Alla ärenden, per timme
deadlines-whose-hour = Ärenden för { $who }, per timme
deadlines-nothing = Inget har tidsgräns under de två veckorna.
deadlines-by-person = Per person
deadlines-by-whose = Ärenden med tidsgräns, efter vems de är
deadlines-who = Vem
deadlines-rest-today = Resten av i dag
deadlines-tomorrow = I morgon
deadlines-two-weeks = Två veckor
deadlines-own = I din egen kalender
deadlines-own-lead = Ett kalenderprogram som prenumererar på din adress visar tidsgränserna för dina ärenden och flyttar dem när en plattform gör det. Det nämner tvister och belopp, inga köpare.
deadlines-copy = <strong>Kopiera den nu; den visas inte igen.</strong> Den som har den kan läsa dina tidsgränser.
deadlines-made = Din adress skapades { $at }. En ny tar dess plats.
deadlines-no-address = Du har ingen adress ännu.
deadlines-make = Skapa en adress
deadlines-make-new = Skapa en ny adress
deadlines-take-away = Ta bort den
deadlines-heat = { $n } ärenden; en mörkare timme har fler. Timmar i { $zone }
deadlines-day = Dag
deadlines-all = Alla
deadlines-passed = Passerade, obesvarade
deadlines-nobodys = Ingens
deadlines-these-weeks = Under de två veckorna
deadlines-label-nobodys = { $day }, ingens
deadlines-label-due = { $day }, att besvara
deadlines-label-day = att besvara { $day }
deadlines-whose = { $who }, { $what }
deadlines-of-today = resten av i dag
deadlines-of-tomorrow = i morgon
deadlines-of-weeks = två veckor
day-and-month = { $day } { $month ->
        [1] jan
        [2] feb
        [3] mars
        [4] apr
        [5] maj
        [6] juni
        [7] juli
        [8] aug
        [9] sep
        [10] okt
        [11] nov
        *[12] dec
    }
