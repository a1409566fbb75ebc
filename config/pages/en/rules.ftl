rules-title = Rules and evidence
rules-lead = What clients want done by itself, or never done; and which evidence a case needs.
rules-of-clients = Rules of clients
rules-none = No client has one. A new rule only notes what it would touch; it acts once another person than its author has looked at its dry run and let it.
rules-caption = By client and name. Of each name one version acts
rules-rule = Rule
rules-says = Says
rules-do = Do
rules-tried = dry run looked at { $at }
rules-not-tried = nobody looked at its dry run
rules-made = made by { $by } { $at }
rules-let = let act by { $by } { $at }
rules-dry-run = Dry run
rules-let-act = Let it act
rules-retire = Retire
rules-new = A new rule
rules-wants = Wants
rules-wants-accept = cases below an amount accepted
rules-wants-never = such cases never contested
rules-below = Below (for accepting)
rules-only-reason = Only with this reason
rules-only-platform = Only at this platform
rules-name-hint = made of what it says
rules-make = Make it
rules-which-evidence = Which evidence cases need
rules-matrix = Version { $n } of the matrix. To change it, copy it with <code>docket config matrix</code>, edit the copy and name it in <code>evidence.matrix_file</code>.
rules-weighs-first = { $reason }: what weighs most first
rules-need = Need
rules-weight = Weight
rules-must-show = What it must show
rules-notes-only = notes only
rules-acts = acts
rules-retired = retired
rules-goods = { $goods } goods
rules-all = all
rules-any = Any
rules-nothing = nothing
rules-says-accept-below = accept below { $amount }
rules-says-accept = accept
rules-says-never = never contest
rules-says-reason = reason { $reason }
rules-says-at = at { $platform }
rules-missing = There is no rule at this address.
rules-choose-client = choose a client
rules-choose-what = choose what is to be done
rules-currency = the currency is three letters, such as EUR
rules-choose-reason = choose a reason of the list
rules-platform = the platform is a word such as paypal
tried-says = It says: { $says }. Nothing was done; it is kept that you looked.
tried-now = Now it would touch
tried-open = { $n ->
        [one] { $n } open case, { $sum } in dispute
        *[other] { $n } open cases, { $sum } in dispute
    }
tried-past = In the past 90 days
tried-closed = { $n ->
        [one] { $n } closed case, { $sum } in dispute
        *[other] { $n } closed cases, { $sum } in dispute
    }
tried-won = Of those in fact won
tried-given-away = { $sum }, which it would have given away
tried-unknown = Whether the platform offered the action at the time is not known.
tried-none = It touches no case.
tried-caption = The cases, open ones first
tried-opened = Opened
tried-still-open = open
