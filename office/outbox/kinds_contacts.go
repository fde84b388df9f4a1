package outbox

// The kinds of mail about a contact's own address.
const (
	// EmailCode carries the code that proves another address of a contact: change (its public
	// id), round, minutes. The code itself is derived when the mail is made: no file holds it.
	EmailCode Kind = "email_code"
	// EmailChanged goes to the old address of a contact: email (the new one).
	EmailChanged Kind = "email_changed"
)
