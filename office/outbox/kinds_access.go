package outbox

import (
	"context"
	"maps"
	"strings"

	"comptoir/db"
	"comptoir/db/gen"
)

// Access is one of the mails of access to the portal, in the words of the customer's group:
// subject, body (Markdown, whole but for {{link}} and {{portal.url}}), about (which of the six);
// optional sender (address that the group sends from). Link where it has one of its own, which
// it is then of no use without; else the portal.
const Access Kind = "access"

// AccessArgs are the Args of a mail in the words of a group.
func AccessArgs(about, subject, body, sender string) map[string]string {
	args := map[string]string{"about": about, "subject": subject, "body": body}
	if sender != "" {
		args["sender"] = sender
	}
	return args
}

// OwnBody tells whether the letter's words are those of a customer group.
func (l Letter) OwnBody() bool {
	return l.Kind == Access && strings.TrimSpace(l.Args["body"]) != ""
}

// byPortal are the mails about access that carry the sender of the customer's group though their
// words are the program's: *Envoyer courriels de* is of every one (spec/access).
var byPortal = map[Kind]bool{PortalFactor: true, EmailCode: true, EmailChanged: true, LinkRenewed: true, RequestArrived: true, RequestAsked: true, RequestRefused: true,
	RequestBegun: true, RequestSent: true, RegistrationLink: true, ContractShared: true,
	SignupCode: true, SignupKnown: true, SignupOnFile: true} // the three alike: known and unknown are the same work

// signed puts the sender of its group into what a mail carries: of the customer's, of the request's
// (request, registration) or of the one that it names (group_id).
func signed(ctx context.Context, tx *db.Tx, m Mail) (map[string]string, error) {
	if !byPortal[m.Kind] {
		return m.Args, nil
	}
	sender, err := tx.GroupSender(ctx, gen.GroupSenderParams{CustomerID: m.CustomerID, Request: m.Args["request"], Registration: m.Args["registration"], GroupID: m.Args["group_id"]})
	if err != nil || sender == "" {
		return m.Args, err
	}
	args := map[string]string{"sender": sender}
	maps.Copy(args, m.Args)
	return args, nil
}

// sentFrom gives the letter the sender of its group, where it has one: answers go there, too.
func sentFrom(l *Letter) {
	if sender := l.Args["sender"]; sender != "" {
		l.From.Address, l.ReplyTo = sender, ""
	}
}

// lacksLink tells whether a letter is of no use for want of its link.
func lacksLink(l Letter, hasOwn bool) bool {
	return l.Link == "" && (l.Kind.NeedsLink() || l.Kind == Access && hasOwn)
}
