rules-title = Regels en bewijs
rules-lead = Wat klanten vanzelf willen laten doen, of nooit; en welk bewijs een zaak nodig heeft.
rules-of-clients = Regels van klanten
rules-none = Geen klant heeft er een. Een nieuwe regel noteert alleen wat hij zou raken; hij werkt zodra iemand anders dan de maker de proef bekeek en hem toeliet.
rules-caption = Per klant en naam. Van elke naam werkt één versie
rules-rule = Regel
rules-says = Zegt
rules-do = Doen
rules-tried = proef bekeken { $at }
rules-not-tried = niemand heeft de proef bekeken
rules-made = gemaakt door { $by } { $at }
rules-let = toegelaten door { $by } { $at }
rules-dry-run = Proef
rules-let-act = Laten werken
rules-retire = Beëindigen
rules-new = Een nieuwe regel
rules-wants = Wil
rules-wants-accept = zaken onder een bedrag erkend
rules-wants-never = zulke zaken nooit betwist
rules-below = Onder (voor erkennen)
rules-only-reason = Alleen met deze reden
rules-only-platform = Alleen bij dit platform
rules-name-hint = gemaakt van wat hij zegt
rules-make = Maken
rules-which-evidence = Welk bewijs zaken nodig hebben
rules-matrix = Versie { $n } van de matrix. Om die te wijzigen kopieert u haar met <code>docket config matrix</code>, bewerkt de kopie en noemt die in <code>evidence.matrix_file</code>.
rules-weighs-first = { $reason }: wat het zwaarst weegt eerst
rules-need = Behoefte
rules-weight = Gewicht
rules-must-show = Wat het moet tonen
rules-notes-only = noteert alleen
rules-acts = werkt
rules-retired = beëindigd
rules-goods = { $goods }
rules-all = alle
rules-any = Elke
rules-nothing = niets
rules-says-accept-below = erkennen onder { $amount }
rules-says-accept = erkennen
rules-says-never = nooit betwisten
rules-says-reason = reden { $reason }
rules-says-at = bij { $platform }
rules-missing = Op dit adres staat geen regel.
rules-choose-client = kies een klant
rules-choose-what = kies wat er moet gebeuren
rules-currency = de valuta is drie letters, zoals EUR
rules-choose-reason = kies een reden uit de lijst
rules-platform = het platform is een woord zoals paypal
tried-says = Hij zegt: { $says }. Er is niets gedaan; bewaard wordt dat u keek.
tried-now = Nu zou hij raken
tried-open = { $n ->
        [one] { $n } open zaak, { $sum } betwist
        *[other] { $n } open zaken, { $sum } betwist
    }
tried-past = In de laatste 90 dagen
tried-closed = { $n ->
        [one] { $n } gesloten zaak, { $sum } betwist
        *[other] { $n } gesloten zaken, { $sum } betwist
    }
tried-won = Daarvan in feite gewonnen
tried-given-away = { $sum }, die hij zou hebben weggegeven
tried-unknown = Of het platform de handeling toen aanbood, is niet bekend.
tried-none = Hij raakt geen zaak.
tried-caption = De zaken, open eerst
tried-opened = Geopend
tried-still-open = open
