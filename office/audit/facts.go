package audit

import (
	"context"
	"strings"

	"comptoir/core/actor"
)

// idFacts are the details that hold ids of rows, and of which kind those are: people read the name
// instead. "" = a row that people have no name for; such a detail is for who proves something with
// the file in hand, and no word for the screen.
var idFacts = map[string]string{
	"as_contact": "contact", "contact": "contact", "requester": "contact", "watchers": "contact",
	"as_customer": "customer", "customer": "customer", "from_customer": "customer", "to_customer": "customer",
	"operator": "user", "guest": "contract_guest", "party": "contract_party", "milestone": "contract_milestone", "file": "contract_file", "folder": "contract_folder",
	"document": "document", "paper": "document", "request": "access_request", "schedule": "statement_schedule",
	"change": "", "comment": "", "decision": "", "link": "", "message": "", "proposal": "", "round": "", "turn": "",
}

// IDs tells of which kind the rows are whose ids a detail of an action holds, and whether it holds ids at all.
func IDs(action, fact string) (kind string, are bool) {
	if fact == "from" || fact == "to" { // of whom something was handed over; elsewhere the ends of a period, as text
		if strings.HasPrefix(action, "user.") {
			return "user", true
		}
		return "contact", true
	}
	kind, are = idFacts[fact]
	return kind, are
}

// Names gives the names of rows of one kind as they are now, by id.
func (r *Reader) Names(ctx context.Context, who actor.Actor, kind string, ids []int64) (map[int64]string, error) {
	if err := who.Need(actor.Inspect); err != nil {
		return nil, err
	}
	return r.db.AuditNames(ctx, kind, who.Lang, ids)
}
