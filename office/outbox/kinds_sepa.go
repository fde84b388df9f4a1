package outbox

// The kinds of mail about mandates, direct debits and announced transfers.
const (
	// MandateAsked: rum. The link leads to the page where it is signed.
	MandateAsked Kind = "mandate_asked"
	// MandateSigned: rum, signed_on, account (the last four). The customer's proof.
	MandateSigned Kind = "mandate_signed"
	// DebitNotice tells before a debit: invoices, amount_minor, currency, collect_on, rum, ics,
	// account (the last four); ics_was where the mandate was signed for another identifier.
	DebitNotice Kind = "debit_notice"
	// DebitDropped tells that a debit which DebitNotice told of will not be made: invoices,
	// amount_minor, currency, collect_on, rum.
	DebitDropped Kind = "debit_dropped"
	// DebitReturned: invoices, amount_minor, currency, code (why, as the bank says it); link.
	DebitReturned Kind = "debit_returned"
	// TransferDismissed goes to a customer whose transfer was not seen: number (of the
	// invoices), amount_minor, currency, text (the firm's word). Link.
	TransferDismissed Kind = "transfer_dismissed"
)
