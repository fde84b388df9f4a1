package outbox

import "comptoir/core/actor"

// The kinds of mail to the firm's own users.
const (
	// UserLink carries a link that opens once: what (invited, password, email), user_link (the public id
	// of which token and link are derived when the mail leaves: no file holds them), expires (in words),
	// address (the e-mail address that it is about).
	UserLink Kind = "user_link"
	// UserTold says what became of an account: what (email_asked, email_changed, delegate, removed, closed,
	// principal, handed, factor_on, factor_off, factor_reset, recovery, password), address (see UserLink).
	UserTold Kind = "user_told"
)

// ofUsers tells whether a mail is about somebody's account here: its addressee, its subject and whether it
// arrives are for who looks after users, who alone may keep it from going.
func ofUsers(kind string) bool { return Kind(kind) == UserLink || Kind(kind) == UserTold }

// hidden tells whether a mail of this kind is none that who sees.
func hidden(who actor.Actor, kind string) bool {
	return ofUsers(kind) && who.Need(actor.ManageUsers) != nil
}
