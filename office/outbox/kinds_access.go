package outbox

import "strings"

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

// sentFrom gives the letter the sender of its group, where it has one.
func sentFrom(l *Letter) {
	if sender := l.Args["sender"]; sender != "" && l.OwnBody() {
		l.From.Address = sender
	}
}

// lacksLink tells whether a letter is of no use for want of its link.
func lacksLink(l Letter, hasOwn bool) bool {
	return l.Link == "" && (l.Kind.NeedsLink() || l.Kind == Access && hasOwn)
}
