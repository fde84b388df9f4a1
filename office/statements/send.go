package statements

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/statement"
)

// Send is a statement mailed by hand.
type Send struct {
	Key     string `json:"key"`
	Query   Query  `json:"query"`
	Message string `json:"message"` // the sender's own words, "" = the usual ones
}

// Addressee is whom a customer's statement goes to.
type Addressee = customers.Addressee

// maxMessage bounds the sender's own words.
const maxMessage = 5000

// SendByHand mails a statement now. The same key again sends nothing.
func (s *Service) SendByHand(ctx context.Context, who actor.Actor, in Send) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	text.Each(text.Clean, &in.Message)
	var form fault.Form
	form.MaxLen("message", in.Message, maxMessage)
	if err := form.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "statement.send", in, &done, func() error {
			done = true
			return s.sendByHand(ctx, tx, who, in)
		})
	})
}

func (s *Service) sendByHand(ctx context.Context, tx *db.Tx, who actor.Actor, in Send) error {
	c, err := tx.CustomerByPublicID(ctx, in.Query.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	kind, period, _, err := resolve(in.Query, today)
	if err != nil {
		return err
	}
	to, err := addressee(ctx, tx.Queries, c)
	if err != nil {
		return err
	}
	m := mailing{customer: c, to: to, kind: kind, period: period, on: today, message: in.Message, key: "statement/" + c.PublicID + "/" + in.Key}
	if err := s.mail(ctx, tx, m); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("mails", "statements") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "statement.mailed", ObjectKind: "customer", ObjectID: c.ID,
		Details: map[string]any{"kind": kind, "from": period.From.String(), "to": period.To.String()}})
}

// mailing is one statement on its way into the outbox.
type mailing struct {
	schedule *int64 // nil: by hand
	customer gen.Customer
	to       Addressee
	kind     string
	period   statement.Period
	on       civil.Date
	message  string
	key      string
}

// mail queues the mail and notes the run in the caller's transaction. The paper is drawn
// when the mail leaves.
func (s *Service) mail(ctx context.Context, tx *db.Tx, x mailing) error {
	m, err := s.letter(ctx, tx.Queries, x)
	if err != nil {
		return err
	}
	run := s.IDs()
	m.Args["run"] = run
	if x.to.ContactID != 0 && s.IssueLink != nil {
		if m.LinkID, err = s.IssueLink(ctx, tx, x.to.ContactID); err != nil {
			return err
		}
	}
	mailID, err := outbox.QueueMail(ctx, tx, s.IDs, m)
	if err != nil {
		return err
	}
	_, err = tx.InsertStatementRun(ctx, gen.InsertStatementRunParams{PublicID: run, ScheduleID: x.schedule, CustomerID: x.customer.ID, PeriodOn: x.on.String(), Kind: x.kind,
		FromDate: x.period.From.String(), ToDate: x.period.To.String(), Outcome: "mailed", MailID: &mailID, CreatedAt: tx.Stamp()})
	return err
}

// letter gives the mail without its link and run.
func (s *Service) letter(ctx context.Context, q *gen.Queries, x mailing) (outbox.Mail, error) {
	m := outbox.Mail{Key: x.key, Kind: outbox.Statement, Lang: x.to.Lang, ToAddress: x.to.Email, ToName: x.to.Name, CustomerID: x.customer.ID, ContactID: x.to.ContactID,
		Args: map[string]string{"run": "", "statement": strings.TrimSuffix(x.kind, "_items"), // an underscore is a sign of Markdown
			"from": x.period.From.String(), "to": x.period.To.String()}}
	if x.message != "" {
		m.Args["message"] = x.message
	}
	balances, err := s.balances(ctx, q, x.customer.ID, x.period.To)
	if len(balances) == 1 {
		m.Args["amount_minor"], m.Args["currency"] = strconv.FormatInt(balances[0].Minor, 10), string(balances[0].Currency)
	}
	return m, err
}

// balances gives what an account came to at the end of a day, without the currencies that
// come to nothing (unless all do).
func (s *Service) balances(ctx context.Context, q *gen.Queries, customerID int64, on civil.Date) ([]Balance, error) {
	sums, err := account{q, customerID}.opening(ctx, on.AddDays(1))
	if err != nil {
		return nil, err
	}
	list := []Balance{}
	for c, minor := range sums {
		list = append(list, Balance{c, minor})
	}
	slices.SortFunc(list, func(a, b Balance) int { return strings.Compare(string(a.Currency), string(b.Currency)) })
	if some := slices.DeleteFunc(slices.Clone(list), func(b Balance) bool { return b.Minor == 0 }); len(some) > 0 {
		return some, nil
	}
	return list[:min(len(list), 1)], nil
}

// addressee finds whom a customer's statements go to: its primary contact, else its own
// address; a fault beside the missing address.
func addressee(ctx context.Context, q *gen.Queries, c gen.Customer) (Addressee, error) {
	to, err := customers.AddresseeOf(ctx, q, c, nil)
	if err == nil && to.Email == "" {
		var form fault.Form
		form.Add("customer.email", "fault.statement.no_email", "name", c.Name)
		return Addressee{}, form.Err()
	}
	return to, err
}

// Draft gives the mail of a statement as it would be queued now, with its paper, for the
// window's preview. Nothing is stored.
func (s *Service) Draft(ctx context.Context, who actor.Actor, in Send) (m outbox.Mail, paper outbox.Paper, err error) {
	if err := who.Need(actor.Look); err != nil {
		return outbox.Mail{}, outbox.Paper{}, err
	}
	st, err := s.Make(ctx, who, in.Query)
	if err != nil {
		return outbox.Mail{}, outbox.Paper{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, in.Query.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		to, err := addressee(ctx, q, c)
		if err != nil {
			return err
		}
		m, err = s.letter(ctx, q, mailing{customer: c, to: to, kind: st.Kind, period: st.Period, message: in.Message})
		return err
	})
	if err != nil {
		return outbox.Mail{}, outbox.Paper{}, err
	}
	f, err := s.file(ctx, "pdf", st)
	return m, outbox.Paper{Name: f.Name, MediaType: f.MediaType, Content: f.Bytes}, err
}

// instant reads a stored instant.
func instant(s string) time.Time {
	t, err := time.Parse(db.TimeFormat, s)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return t
}
