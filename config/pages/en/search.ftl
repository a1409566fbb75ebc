search-lead = By the whole of an order number, transaction, invoice, tracking number, dispute id or case id, or of a buyer’s name or mail address as far as platforms or your files tell it.
search-lead-staff = By the whole of an order number, transaction, invoice, tracking number, dispute id or case id, any other id, a buyer’s name or mail address as far as platforms or clients’ files tell it, the address of a question, the name of a client or person. Of buyers only fingerprints are kept: they are found by the whole, and nobody can read them.
search-for = Look for
search-nothing = Nothing found
search-nothing-why = Nothing is known under “{ $term }”. Look for it as a whole, as the platform or the shop writes it; large and small letters are the same.
search-cases = Cases
search-caption = { $n ->
        [one] { $n } case, the newest first
        *[other] { $n } cases, the newest first
    }
search-found-by = Found by
search-opened = opened { $at }
search-no-deadline = none runs
search-by-id = our case id
search-by-dispute = dispute id
search-by-reference = order, transaction or invoice
search-by-parcel = tracking number
search-by-buyer = the buyer
search-by-receipt = the platform’s reference of an answer
search-by-response = the id of a response
search-missed = missed { $at }
search-its-cases = its open cases
search-order-of-file = a client’s file tells of it; no case names it
search-orders = Orders
search-missed-deadlines = Missed deadlines
search-by-part = a part of its id, reference, amount or reason
search-parts = Nothing is known under the whole of it. Of the { $among } most urgent open cases these hold it as a part.
