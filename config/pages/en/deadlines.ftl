deadlines-lead = What the platforms must have from us today and in the 13 days after it. Days and hours are { $zone }.
deadlines-everything = Everything
deadlines-nobodys-hour = Nobody’s, by hour
deadlines-all-given = Every case that is due in these two weeks has somebody.
deadlines-calendar = Calendar
deadlines-each-day = Cases due on each day
deadlines-mon = Mon
deadlines-tue = Tue
deadlines-wed = Wed
deadlines-thu = Thu
deadlines-fri = Fri
deadlines-sat = Sat
deadlines-sun = Sun
deadlines-today = today
deadlines-n-due = { $n } due
deadlines-none = none
deadlines-n-nobodys = { $n } nobody’s
deadlines-all-hour = All cases, by hour
deadlines-whose-hour = { $who }’s cases, by hour
deadlines-nothing = Nothing is due in these two weeks.
deadlines-by-person = By person
deadlines-by-whose = Cases due, by whose they are
deadlines-who = Who
deadlines-rest-today = Rest of today
deadlines-tomorrow = Tomorrow
deadlines-two-weeks = Two weeks
deadlines-own = In your own calendar
deadlines-own-lead = A calendar program that subscribes to your address shows the deadlines of the cases that are yours, and moves them when a platform does. It names disputes and amounts, no buyers.
deadlines-copy = <strong>Copy it now; it is not shown again.</strong> Whoever has it can read your deadlines.
deadlines-made = Your address was made { $at }. A new one takes its place.
deadlines-no-address = You have no address yet.
deadlines-make = Make an address
deadlines-make-new = Make a new address
deadlines-take-away = Take it away
deadlines-heat = { $n ->
        [one] { $n } case; a darker hour has more. Hours in { $zone }
        *[other] { $n } cases; a darker hour has more. Hours in { $zone }
    }
deadlines-day = Day
deadlines-all = All
deadlines-passed = Passed, unanswered
deadlines-nobodys = Nobody’s
deadlines-these-weeks = In these two weeks
deadlines-label-nobodys = { $day }, nobody’s
deadlines-label-due = { $day }, due
deadlines-label-day = due { $day }
deadlines-whose = { $who }, { $what }
deadlines-of-today = rest of today
deadlines-of-tomorrow = tomorrow
deadlines-of-weeks = two weeks
day-and-month = { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
        *[12] Dec
    }
