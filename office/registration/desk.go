package registration

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
	"comptoir/rules/taxid"
)

// The firm's desk of requests (spec/access, Registration): what waits, whose it may be, what
// is different, and the decision. What the visitor does is in the requests*.go files.

// QueueQuery asks for a page of requests: those that wait, the oldest first, or others, the
// newest first.
type QueueQuery struct {
	State string // "sent" = waits for the firm; asked, approved, refused, withdrawn; "" = all that were sent
	After string // Next of the page before, "" = the first
	Limit int    // at most 100; 0 = 50
}

// QueueRow is a request in the list.
type QueueRow struct {
	ID         string   `json:"id"` // public id
	State      string   `json:"state"`
	Name       string   `json:"name"` // of the person
	Email      string   `json:"email"`
	Company    string   `json:"company"`
	TaxID      string   `json:"taxId"`
	Group      string   `json:"group"`
	SentAt     string   `json:"sentAt"`
	DecidedAt  string   `json:"decidedAt"`
	DecidedBy  string   `json:"decidedBy"`
	Customer   string   `json:"customer"`   // what came of it
	CustomerID string   `json:"customerId"` // its public id
	Matches    []string `json:"matches"`    // names of the customers with its tax number, while it waits
}

// Queue is a page of requests and how many there are in each state.
type Queue struct {
	Rows   []QueueRow  `json:"rows"`
	Next   string      `json:"next"`
	Counts StateCounts `json:"counts"`
}

// StateCounts is how many requests there are in each state, all pages together.
type StateCounts struct {
	Sent      int64 `json:"sent"`
	Asked     int64 `json:"asked"`
	Approved  int64 `json:"approved"`
	Refused   int64 `json:"refused"`
	Withdrawn int64 `json:"withdrawn"`
}

func countStates(ctx context.Context, q *gen.Queries) (n StateCounts, err error) {
	rows, err := q.CountRequests(ctx)
	into := map[string]*int64{Sent: &n.Sent, Asked: &n.Asked, Approved: &n.Approved, Refused: &n.Refused, Withdrawn: &n.Withdrawn}
	for _, r := range rows {
		if at, known := into[r.State]; known {
			*at = r.Requests
		}
	}
	return n, err
}

// Queue gives a page of the requests.
func (s *Service) Queue(ctx context.Context, who actor.Actor, in QueueQuery) (page Queue, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Queue{}, err
	}
	if in.Limit <= 0 || in.Limit > 100 {
		in.Limit = 50
	}
	at := int64(0)
	if in.After != "" {
		if at, err = strconv.ParseInt(in.After, 36, 64); err != nil {
			return Queue{}, fault.New(fault.Invalid, "fault.invalid").With(err)
		}
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		page = Queue{Rows: []QueueRow{}}
		if page.Counts, err = countStates(ctx, q); err != nil {
			return err
		}
		if in.State == Sent {
			return waiting(ctx, q, at, in.Limit, &page)
		}
		return past(ctx, q, in.State, at, in.Limit, &page)
	})
	return page, err
}

func waiting(ctx context.Context, q *gen.Queries, after int64, limit int, page *Queue) error {
	rows, err := q.RequestsWaiting(ctx, gen.RequestsWaitingParams{AfterID: after, RowLimit: int64(limit) + 1})
	if err != nil {
		return err
	}
	for i, r := range rows {
		if i == limit {
			page.Next = strconv.FormatInt(rows[i-1].ID, 36)
			break
		}
		row, err := queueRow(r.PublicID, r.State, r.Form, r.GroupName, r.SentAt, r.DecidedAt, r.DecidedBy)
		if err != nil {
			return err
		}
		same, err := sameNumber(ctx, q, r.TaxKey)
		if err != nil {
			return err
		}
		for _, id := range same {
			c, err := q.CustomerByID(ctx, id)
			if err != nil {
				return db.NotFound(err)
			}
			row.Matches = append(row.Matches, c.Name)
		}
		page.Rows = append(page.Rows, row)
	}
	return nil
}

func past(ctx context.Context, q *gen.Queries, state string, before int64, limit int, page *Queue) error {
	if before == 0 {
		before = 1<<62 - 1
	}
	rows, err := q.RequestsPast(ctx, gen.RequestsPastParams{State: state, BeforeID: before, RowLimit: int64(limit) + 1})
	if err != nil {
		return err
	}
	for i, r := range rows {
		if i == limit {
			page.Next = strconv.FormatInt(rows[i-1].ID, 36)
			break
		}
		row, err := queueRow(r.PublicID, r.State, r.Form, r.GroupName, r.SentAt, r.DecidedAt, r.DecidedBy)
		if err != nil {
			return err
		}
		row.Customer, row.CustomerID = r.CustomerName, r.CustomerPublicID
		page.Rows = append(page.Rows, row)
	}
	return nil
}

func queueRow(id, state, form, group string, sentAt, decidedAt *string, by string) (QueueRow, error) {
	f, err := formOf(form)
	return QueueRow{ID: id, State: state, Name: f.Name, Email: f.Email, Company: f.Company, TaxID: f.TaxID, Group: group, SentAt: orNone(sentAt), DecidedAt: orNone(decidedAt), DecidedBy: by, Matches: []string{}}, err
}

func formOf(stored string) (f RequestForm, err error) {
	if err = json.Unmarshal([]byte(stored), &f); err != nil {
		err = fmt.Errorf("registration: form of a request: %w", err)
	}
	return f, err
}

func orNone(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Decision is what came of a request, or of a decision about one.
type Decision struct {
	ID         string `json:"id"` // of the request
	State      string `json:"state"`
	CustomerID string `json:"customerId"` // public id, of an approved one
	Customer   string `json:"customer"`
	Made       bool   `json:"made"` // the customer is new
	Email      string `json:"email"`
}

// decidable refuses a request that is decided already, was withdrawn, or is not the one that
// was seen.
func decidable(r gen.RequestAtDeskRow, version int64) error {
	switch r.AccessRequest.State {
	case Approved:
		return fault.New(fault.Conflict, "fault.requests.approved", "by", r.AccessRequest.DecidedBy, "customer", r.CustomerName)
	case Refused:
		return fault.New(fault.Conflict, "fault.requests.refused", "by", r.AccessRequest.DecidedBy)
	case Withdrawn:
		return fault.New(fault.Conflict, "fault.requests.withdrawn")
	}
	if r.AccessRequest.Version != version {
		return fault.New(fault.Conflict, "fault.requests.changed")
	}
	return nil
}

// formatOf is how the group of a request writes tax numbers.
func formatOf(r gen.RequestAtDeskRow) taxid.Format {
	return taxid.Format{Preset: r.TaxFormat, Mask: r.TaxMask}
}

// own turns a form into the customer that it would make; the tax number stands where one of
// its format belongs.
func (f RequestForm) own(preset string) customers.Customer {
	c := customers.Customer{Kind: "company", Name: f.Company, Phone: f.Phone, Email: f.Email, Language: f.Language, Line1: f.Line1, Line2: f.Line2, Postcode: f.Postcode, City: f.City, Region: f.Region, Country: f.Country}
	c.SIREN, c.SIRET, c.VATNumber = numbersOf(f.TaxID, preset, f.Country)
	return c
}
