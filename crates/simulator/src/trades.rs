//! What the invented merchants sell, and how well they do in disputes.

/// One line of trade with the habits that show in its disputes.
pub(crate) struct Trade {
    pub merchant: &'static str,
    pub trade: &'static str,
    pub item_type: &'static str,
    pub country: &'static str,
    pub currencies: &'static [&'static str],
    /// Name and description of what is sold.
    pub products: &'static [(&'static str, &'static str)],
    /// Share of contested disputes that this merchant wins before other influences.
    pub win: f64,
    /// Share of its shipments that arrive late.
    pub late: f64,
    /// Share of its payments that are eligible for seller protection.
    pub protected: f64,
    /// Share of the deadlines that nobody met.
    pub missed: f64,
}

pub(crate) const TRADES: [Trade; 8] = [
    Trade {
        merchant: "Birkenfeld Outdoor",
        trade: "tents and hiking gear",
        item_type: "PRODUCT",
        country: "DE",
        currencies: &["EUR", "EUR", "EUR", "CHF", "SEK", "PLN", "DKK"],
        products: &[
            (
                "Trekking tent Nordwand 2",
                "Two-person tunnel tent, 2.1 kg, green, with footprint and repair kit",
            ),
            (
                "Hiking boots Kaisergrat",
                "Leather hiking boots with replaceable sole, size 43, brown",
            ),
            (
                "Backpack Fernweg 45",
                "Backpack of 45 litres with rain cover, aluminium frame and hip belt",
            ),
        ],
        win: 0.70,
        late: 0.12,
        protected: 0.80,
        missed: 0.03,
    },
    Trade {
        merchant: "Lumen & Loom",
        trade: "lamps and home textiles",
        item_type: "PRODUCT",
        country: "GB",
        currencies: &["GBP", "GBP", "GBP", "EUR", "USD"],
        products: &[
            (
                "Pendant lamp Harbour",
                "Hand-blown glass pendant, smoke grey, E27 fitting, two metres of textile cable",
            ),
            (
                "Linen curtain pair Fjord",
                "Two washed-linen curtains, 140 by 250 cm, sand colour, with eyelets",
            ),
        ],
        win: 0.52,
        late: 0.30,
        protected: 0.60,
        missed: 0.10,
    },
    Trade {
        merchant: "Pixelhafen Games",
        trade: "game keys and add-ons",
        item_type: "DIGITAL_DOWNLOAD",
        country: "US",
        currencies: &["USD", "USD", "USD", "EUR", "BRL", "MXN"],
        products: &[
            (
                "Skerry Online, season pass",
                "Licence key for the season pass, delivered by e-mail within minutes of payment",
            ),
            (
                "Deep Field, collector's key",
                "Licence key with sound track and art book as download",
            ),
        ],
        win: 0.35,
        late: 0.02,
        protected: 0.10,
        missed: 0.15,
    },
    Trade {
        merchant: "Quellwerk Coaching",
        trade: "language courses by video",
        item_type: "SERVICE",
        country: "CA",
        currencies: &["CAD", "CAD", "USD", "EUR"],
        products: &[
            (
                "Spanish B1, twelve weeks",
                "Group course of twelve weekly lessons by video with homework review",
            ),
            (
                "Conversation pack, ten hours",
                "Ten single hours of conversation with a tutor, valid for six months",
            ),
        ],
        win: 0.45,
        late: 0.05,
        protected: 0.15,
        missed: 0.08,
    },
    Trade {
        merchant: "Tsuru Stationery",
        trade: "pens, ink and paper",
        item_type: "PRODUCT",
        country: "JP",
        currencies: &["JPY", "JPY", "JPY", "USD", "AUD", "EUR"],
        products: &[
            (
                "Fountain pen Kawase, fine",
                "Resin fountain pen with steel nib in fine width, converter included",
            ),
            (
                "Ink set Four Rivers",
                "Four bottles of 30 ml fountain-pen ink in a wooden box",
            ),
        ],
        win: 0.64,
        late: 0.22,
        protected: 0.75,
        missed: 0.04,
    },
    Trade {
        merchant: "Oasis Trailcamps",
        trade: "desert tours and camp nights",
        item_type: "BOOKING",
        country: "KW",
        currencies: &["KWD", "KWD", "USD", "GBP"],
        products: &[
            (
                "Two nights in the dunes",
                "Two nights in a furnished tent with transfer, dinner and guided walk",
            ),
            (
                "Stargazing evening",
                "Evening tour with telescope, dinner and transfer from the city",
            ),
        ],
        win: 0.40,
        late: 0.04,
        protected: 0.20,
        missed: 0.12,
    },
    Trade {
        merchant: "Velofactor Parts",
        trade: "bicycle parts",
        item_type: "PRODUCT",
        country: "AU",
        currencies: &["AUD", "AUD", "USD", "CAD"],
        products: &[
            (
                "Wheel set Gravel 28",
                "Front and rear wheel, 28 inch, disc brake, tubeless rims",
            ),
            (
                "Crank set 46/30",
                "Aluminium crank set with bottom bracket, 172.5 mm",
            ),
        ],
        win: 0.58,
        late: 0.18,
        protected: 0.70,
        missed: 0.06,
    },
    Trade {
        merchant: "Casa Maralto Ceramics",
        trade: "hand-made tableware",
        item_type: "PRODUCT",
        country: "MX",
        currencies: &["MXN", "MXN", "USD", "BRL"],
        products: &[
            (
                "Dinner set Laguna, six",
                "Eighteen pieces of glazed stoneware for six people, turquoise",
            ),
            (
                "Serving bowl Duna",
                "Large serving bowl, sand glaze, 34 cm, each one different",
            ),
        ],
        win: 0.48,
        late: 0.35,
        protected: 0.55,
        missed: 0.14,
    },
];

/// Buyers of the planted disputes.
pub(crate) const BUYERS: [&str; 16] = [
    "Mira Holt",
    "Jonas Feld",
    "Aiko Minase",
    "Talia Brook",
    "Pablo Quiroga",
    "Edda Lind",
    "Samir Anwari",
    "Noor Haddad",
    "Greta Vossen",
    "Callum Reeve",
    "Ines Carvalho",
    "Piotr Zalewa",
    "Lotte Brandt",
    "Owen Marsh",
    "Rina Tachi",
    "Hugo Valmont",
];

/// What buyers write, by what the dispute is about.
pub(crate) fn complaint(reason: &str) -> &'static [&'static str] {
    match reason {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => &[
            "I paid and have waited ever since. The tracking page has not changed for more than a week and nobody could tell me where my order is. I was at home on every day that the carrier names.",
            "The order was promised for last week. The carrier says delivered, but nothing is here, not with the neighbours either, and I did not sign for anything.",
            "I never got access to what I paid for. No message, no key, no booking confirmation, and the help page sends me in a circle.",
        ],
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => &[
            "What arrived is not what the page showed. The colour is different, one part is missing and the box was open. I have photos of everything and asked for a return label twice.",
            "The item broke on the first day. The page says it is made for daily use. I would like my money back, not a repair that takes a month.",
            "Half of what the description lists was not included. I wrote to the shop at once and got a standard answer that did not help.",
        ],
        "UNAUTHORISED" => &[
            "I do not know this shop and did not make this payment. I noticed it on my statement and changed my password on the same day.",
        ],
        "CREDIT_NOT_PROCESSED" => &[
            "The shop took the item back and confirmed the refund in writing. Since then weeks have passed and no money has arrived on my account.",
        ],
        "DUPLICATE_TRANSACTION" => &[
            "I was charged twice for one order on the same evening. There is only one order in my account and only one parcel came.",
        ],
        "CANCELED_RECURRING_BILLING" => &[
            "I cancelled before the next period began and have the confirmation. The charge came anyway, and my messages stay without an answer.",
        ],
        _ => &[
            "Something is wrong with this payment. I tried to settle it with the shop directly first, without any result so far.",
        ],
    }
}

/// What merchants answer while the dispute is still a conversation.
pub(crate) const ANSWERS: [&str; 4] = [
    "Thank you for your message. We are looking into this with the carrier and will come back to you within two working days. Could you please confirm the address on the parcel?",
    "We are sorry about the trouble. Our records show the parcel as handed over; we have asked the carrier for the proof and will send it here as soon as we have it.",
    "We have checked your order and would like to find a fair solution. Please let us know whether a replacement would also help you.",
    "The product page lists exactly what is included. We have attached the page as it was on the day of your order, and our return policy.",
];
