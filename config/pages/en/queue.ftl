queue-lead = What must be done next stands at the top, on whatever platform it is.
queue-stale = Stale.
queue-see-connections = See the connections
queue-overview = Overview
queue-next-case = Next case
queue-next-hint = yours that is most urgent; else nobody’s, which becomes yours
queue-in-force = Filters in force
queue-take-off = Take off the filter: { $filter }
queue-nothing-here = Nothing here
queue-none-of-yours = No dispute of yours is here now.
queue-no-connection = No connection yet
queue-add-connection = Cases come from a client’s account on a platform. Add the client and its connection, then read its disputes:
queue-nothing-to-do = Nothing to do
queue-read-again = No case is here. Read the platforms again to be sure:
queue-no-match = No case matches
queue-clear-hint = Take a filter off above, or <a href="{ $url }">clear all filters</a>.
pages-of-list = Pages of the list
first-page = First page
next-page = Next page
filters = Filters
filter-nobody-hint = “{ $word }” for unassigned
filter-open-only = Open cases only
filter-clear = Clear filters
filter-more = More filters
filter-currency = Currency
filter-currency-hint = three letters, such as EUR
filter-opened-from = Opened from
filter-opened-before = Opened before
queue-caption = { $n ->
        [one] { $n } case, the next action first
        *[other] { $n } cases, the next action first
    }
queue-on-page = { $n } on this page
queue-next-action = Next action and deadline
queue-reason-stage = Reason and stage
queue-turn-work = Turn and work
queue-look = Needs a look
queue-deadline = Deadline: { $at }
queue-closed = Closed { $at }
queue-select = Select { $dispute }
queue-round = round { $n }
queue-no-flag = no
nobody = nobody
queue-take = Take
queue-waits-ours = No deadline known
queue-waits-buyer = Waits for the buyer
queue-waits-platform = Waits for the platform
queue-waits-nobody = Closed
queue-open = Open cases
queue-our-turn = Our turn
queue-due-soon = Due within 48 h
queue-attention = Need a look
queue-stale-one = The connection is stale: what the platform changed since its last sync is missing here.
queue-stale-some = { $n ->
        [one] { $n } of { $all } connections is stale: what its platform changed since the last sync is missing here.
        *[other] { $n } of { $all } connections are stale: what their platforms changed since the last sync is missing here.
    }
filter-any-or-none = Any or none
filter-any-flag = Any flag
filter-turn = Turn
filter-anyones = Anyone’s
filter-due = Due within
filter-any = Any
filter-none-yet = None yet
filter-evidence-sent = Evidence was sent
filter-none-sent = None was sent
filter-stage = Stage
filter-evidence = Evidence
filter-any-time = Any time
filter-days = { $n } days
filter-hours = { $n } h
chip-client = client { $name }
chip-connection = one connection
chip-open = open
chip-awake = not put aside
chip-due = due within { $span }
chip-due-from = due from { $at }
chip-due-before = due before { $at }
chip-any-flag = any flag
chip-assignee = assignee { $name }
chip-stage = stage { $stage }
chip-outcome = outcome { $outcome }
chip-no-outcome = no outcome yet
chip-contested = evidence sent
chip-not-contested = no evidence sent
chip-figure = counted as { $figure } by the win-rate report
chip-evidence = evidence { $band }
chip-country = sent to { $country }
chip-product = goods { $product }
chip-opened-from = opened from { $day }
chip-opened-before = opened before { $day }
chip-closed-from = closed from { $day }
chip-closed-before = closed before { $day }
chip-amount-from = of at least { $n } minor units
chip-amount-below = below { $n } minor units
view-mine = Mine
view-nobodys = Nobody’s
views = Views
view-forget = Forget the view { $name }
view-keep-this = Keep this view
view-name = Its name
view-keep = Keep
bulk-selected = With the selected cases
bulk-dry = Each shows first what will happen case by case; nothing happens before you confirm it there.
bulk-all = All { $n } on this page, ticked or not
bulk-give-to = Give to
bulk-suggested = whom skills and load suggest
bulk-give = Give…
bulk-ask-client = Ask the client
bulk-besides = besides what the case lacks
bulk-mail = Mail it to
bulk-ask = Ask…
bulk-aside-until = Put aside until
bulk-in-4h = in 4 hours
bulk-tomorrow = this time tomorrow
bulk-in-3d = in 3 days
bulk-aside = Put aside…
bulk-accept = Accept by the clients’ rules…
bulk-load = { $name } ({ $n } open)
bulk-ended = Carried out: done for { $n } of { $all ->
        [one] { $all } case
        *[other] { $all } cases
    }.
bulk-under-way = It was begun and did not tell how it ended yet. Open this page again in a moment; what was done stands in each case’s history, and nothing is done twice.
bulk-planned = Nothing has happened yet. This is what will, for { $n } of { $all ->
        [one] { $all } case
        *[other] { $all } cases
    }, as they were { $made }. A case that changed meanwhile is left as it is.
bulk-do = { $n ->
        [one] Do this for { $n } case
        *[other] Do this for { $n } cases
    }
bulk-leave = Leave it
bulk-nothing = There is nothing to do.
bulk-back = Back to the queue
bulk-case-by-case = Case by case
bulk-what-planned = What was planned
bulk-what-will = What will happen
bulk-came-of-it = What came of it
bulk-what = What
bulk-came = Came of it
bulk-the-question = The question
bulk-title = Many cases at once
bulk-heading-give = Give to somebody
bulk-heading-suggested = Give out as suggested
bulk-heading-ask = Ask the clients
bulk-heading-accept = Accept by the clients’ rules
bulk-heading-aside = Put aside
bulk-done = done
bulk-not-done = not done
bulk-nothing-done = nothing
bulk-no-plan = There is no plan of yours at this address.
bulk-step-assign = goes from { $from } to { $to }
bulk-step-ask-mail = its client is asked, mailed to { $to }; due { $due }
bulk-step-ask = its client is asked, its page’s address is passed on by hand; due { $due }
bulk-step-accept = { $amount } is accepted by rule { $rule }
bulk-step-aside = is put aside until { $at }
bulk-step-nothing = nothing: { $why }
