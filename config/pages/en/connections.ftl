conn-lead = Each client’s accounts at the platforms, and how fresh what they show is.
conn-add = Add a client and its account, then read its disputes:
conn-fresh = { $n } of { $all ->
        [one] { $all } is
        *[other] { $all } are
    } fresh: synced within the last 15 minutes. An older one is called stale.
conn-requests = <strong>{ $n ->
        [one] { $n } request waits for a person,
        *[other] { $n } requests wait for a person,
    }</strong> such as a customer’s to see or erase what is kept of them: <code>docket webhook list</code>
conn-by-client = Connections by client
conn-check = Account check
conn-note = Note:
conn-last = Last
conn-swept = All open cases compared
conn-next = Next
conn-not-paused = not while it is paused
conn-nothing-wanting = nothing wanting
conn-settings = settings: { $settings }
conn-not-checked = not checked
conn-commands = Open a connection for its log and its settings, to check its account, and to sync it now.
conn-answers = { $yes } yes, { $no } no, { $unknown } not known
yes = yes
no = no
not-known = not known
conn-synced-at = Synced { $at }.
conn-never = Never synced.
conn-next-at = Next { $at }.
conn-none-paused = No sync while it is paused.
conn-open-here = { $n ->
        [one] { $n } open case
        *[other] { $n } open cases
    }
conn-compared = Compared with the platform { $at }: { $seen } looked at, { $differed ->
        [one] { $differed } differed and was
        *[other] { $differed } differed and were
    } repaired, { $failed } could not be read.
conn-not-compared = Not compared with the platform yet.
conn-added = added { $at }
conn-sync-now = Sync now
conn-compare-all = Compare all open cases
conn-resume = Resume
conn-pause-because = Pause because
conn-pause = Pause
conn-permits = What the account permits
conn-checked = Checked { $at }.
conn-nothing-is-wanting = Nothing is wanting.
conn-not-checked-yet = It was not checked yet.
conn-check-now = Check the account now
conn-set-up = How the platform is set up
conn-first-check = The first check of the account brings the list of settings that decide disputes.
conn-settings-caption = Settings that decide disputes. What a person says is kept with who, when and how it was verified
conn-setting = Setting
conn-now = Now
conn-said-by = Said by
conn-say = Say
conn-since = { $by }, since { $at }
conn-nobody-yet = nobody yet
conn-how-verified-of = How “{ $item }” was verified
conn-how-verified = how verified
conn-yes = Yes
conn-no = No
conn-gave-up = Work that gave up
conn-log = Log
conn-nothing-yet = Nothing yet.
conn-newest = The newest { $n }; a sync that found nothing new leaves no line
conn-ended = Ended
conn-what = What
conn-came-to = Came to
conn-failed = failed
conn-the-platform = the platform
conn-run-changes = what changed
conn-run-sweep = all open cases compared
conn-run-all = everything
conn-run-counts = { $seen } seen: { $new } new, { $changed } changed, { $unchanged } unchanged, { $failed } failed
conn-queued = It is queued; the worker takes it up at once, and the log below shows what came of it.
conn-missing = There is no connection at this address.
conn-say-why = say why it is paused
sync-title = Sync and reconciliation
sync-lead = How far what stands here is what the platforms have. { $n } of { $all ->
        [one] { $all } connection
        *[other] { $all } connections
    } { $n ->
        [one] is
        *[other] are
    } fresh: synced within the last 15 minutes.
sync-add = Add a client and its account:
sync-caption = By client and platform. A comparison reads every case that is open here, lists what may be open there, and repairs what differs
sync-connection = Connection
sync-last-success = Last success
sync-open-here = Open here
sync-last-comparison = Last comparison
sync-errors = Errors
sync-replay = Replay
sync-behind = behind by { $span } at most
sync-n-open = { $n } open cases of { $client }, { $platform }
sync-compared = { $seen } looked at; { $differed ->
        [one] { $differed } differed and was repaired
        *[other] { $differed } differed and were repaired
    }
sync-unread = { $n } could not be read
sync-none-yet = none yet
sync-n-failed = { $n } failed in 24 h
sync-none-failed = none in 24 h
sync-n-dead = { $n ->
        [one] { $n } job gave up
        *[other] { $n } jobs gave up
    }
sync-compare = Compare
sync-none-dead = None: every job is done, runs or waits for its time.
sync-hundred = The oldest hundred; see <code>docket job list --dead</code> for all.
sync-queued = It is queued; the worker takes it up at once, and this page shows what came of it.
nothing-at-address = There is nothing at this address.
dead-caption = Each was tried as often as it may be. Start it again once the reason is gone
dead-job = Job
dead-last-due = Last due
dead-attempts = Attempts
dead-last-error = Last error
dead-again = Again
dead-start = Start again
flags-caption = A case with several flags stands under each; a flag is taken off on its case, with “I have looked”
flags-flag = Flag
flags-do = What to do
flags-with = { $n } with { $flag }
unmatched-title = Unmatched and unknown
unmatched-lead = What waits for a person to say where it belongs, or what it means.
unmatched-unknown = Not known here
unmatched-all-known = Every word of the platforms is known, and their data has the form that it should.
unmatched-others = Other flags
unmatched-none = No case carries one.
unmatched-orders = Orders without a case
unmatched-all-belong = Every order that { $client }’s files tell of belongs to a case, or no file was imported.
unmatched-caption = Orders of { $client }’s files, first those of which several fit one case
unmatched-goes-by = Goes by
unmatched-why = Why it waits
unmatched-several = Several orders fit <a href="{ $url }">this case</a>; say which it is
unmatched-no-case = No case names it
unmatched-join = Join
unmatched-by-hand = Join or take off an order that is not listed
unmatched-take-off = Take off
unmatched-choose = Choose a client to see the orders of its files that no case names.
unmatched-say = say whether they belong together
conn-go-sync = Open it to sync it now
conn-go-resume = Open it to resume it
conn-go-check = Open it to check its account
unmatched-codes = What platforms wrote
unmatched-codes-caption = The words that are not known here, as they stand at the platform; the number leads to the client’s cases there with the same flag
unmatched-code = Word of the platform
unmatched-not-told = not told
unmatched-more = There are more; choose a client.
