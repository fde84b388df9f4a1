package app

import (
	"context"

	"comptoir/core/actor"
	"comptoir/office/catchup"
)

// CatchUp is bound to the window: the wake-up panel, what should have happened while the
// machine slept or was off and waits for a word.
type CatchUp struct{ desk *desk }

// CatchUpItem is one thing that waits.
type CatchUpItem struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"` // recurring_invoice, charge, reminder, statement, contract
	On          string `json:"on"`
	Title       string `json:"title"`
	Customer    string `json:"customer"`
	CustomerID  string `json:"customerId"`
	AmountMinor int64  `json:"amountMinor"`
	Currency    string `json:"currency"`
	Mails       int    `json:"mails"`
	Fault       string `json:"fault"` // why the last try did not come about
}

// CatchUpResult is what came of one.
type CatchUpResult struct {
	CatchUpItem
	Skipped bool `json:"skipped"`
	Failed  bool `json:"failed"`
}

// CatchUpProgress is how far a catch-up is.
type CatchUpProgress struct {
	Running     bool            `json:"running"`
	Done        int             `json:"done"`
	Total       int             `json:"total"`
	Cancelled   bool            `json:"cancelled"`
	Failed      int             `json:"failed"`
	LeftSeconds int64           `json:"leftSeconds"` // 0 = unknown
	Results     []CatchUpResult `json:"results"`
}

// CatchUpView is the panel.
type CatchUpView struct {
	Items    []CatchUpItem   `json:"items"`
	Progress CatchUpProgress `json:"progress"`
	FewMails int             `json:"fewMails"`
	FewDays  int             `json:"fewDays"`
}

func (d *desk) catchUpItem(x catchup.Entry) CatchUpItem {
	return CatchUpItem{ID: x.ID(), Kind: x.Kind, On: x.On.String(), Title: x.Title, Customer: x.Customer, CustomerID: x.CustomerID, AmountMinor: x.AmountMinor,
		Currency: string(x.Currency), Mails: x.Mails, Fault: d.faultText(x.Fault)}
}

// View gives what waits and how far the last catch-up is.
func (s *CatchUp) View() (CatchUpView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CatchUpView{}, err
	}
	held, err := h.CatchUp.Held(s.desk.ctx, who)
	if err != nil {
		return CatchUpView{}, err
	}
	p, err := h.CatchUp.Progress(who)
	if err != nil {
		return CatchUpView{}, err
	}
	v := CatchUpView{Items: make([]CatchUpItem, 0, len(held)), FewMails: catchup.FewMails, FewDays: catchup.FewDays,
		Progress: CatchUpProgress{Running: p.Running, Done: p.Done, Total: p.Total, Cancelled: p.Cancelled, LeftSeconds: int64(p.Left.Seconds()), Results: make([]CatchUpResult, 0, len(p.Results))}}
	for _, x := range held {
		v.Items = append(v.Items, s.desk.catchUpItem(x))
	}
	for _, r := range p.Results {
		r.Item.Fault = r.Fault
		x := CatchUpResult{CatchUpItem: s.desk.catchUpItem(r.Entry), Skipped: r.Skipped, Failed: r.Fault != nil}
		if x.Failed {
			v.Progress.Failed++
		}
		v.Progress.Results = append(v.Progress.Results, x)
	}
	return v, nil
}

// Do does the chosen things, the oldest first; each once, whoever asks how often.
func (s *CatchUp) Do(ids []string) error { return s.settle(ids, false) }

// Skip notes that the chosen things are not done and never will be.
func (s *CatchUp) Skip(ids []string) error { return s.settle(ids, true) }

func (s *CatchUp) settle(ids []string, skip bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.CatchUp.Settle(s.desk.ctx, who, ids, skip)
}

// Cancel ends the catch-up after the thing in hand; what is left still waits.
func (s *CatchUp) Cancel() error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.CatchUp.Cancel(who)
}

// calendarTodo adds what the calendar waits for: a word for a catch-up, a cure for what
// could not be made.
func (s *Home) calendarTodo(ctx context.Context, h *House, who actor.Actor, add func(kind string, count, amount int64, href string, names []string)) error {
	held, err := h.CatchUp.Count(ctx, who)
	if err != nil {
		return err
	}
	add("catch_up", int64(held), 0, "/catch-up", []string{})
	c, err := h.Recurring.Counts(ctx, who)
	if err != nil {
		return err
	}
	add("recurring_failed", c.Faulty, 0, "/recurring?state=faulty", []string{})
	failed, err := h.Charging.Failures(ctx, who)
	if err != nil {
		return err
	}
	add("charge_failed", failed, 0, "/invoices?state=overdue", []string{})
	return nil
}

// homeComing is how many recurring invoices the first page shows.
const homeComing = 4

func (s *Home) coming(ctx context.Context, h *House, who actor.Actor) ([]RecurringRow, error) {
	rows, err := h.Recurring.Upcoming(ctx, who, homeComing)
	list := make([]RecurringRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, s.desk.recurringRow(r))
	}
	return list, err
}
