package app

import (
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/outbox"
	"comptoir/office/reminders"
	"comptoir/rules/tax"
)

// Reminders is bound to the window: chasing what is paid late.
type Reminders struct{ desk *desk }

// LateDocument is one document of a reminder that is planned.
type LateDocument struct {
	ID             string `json:"id"`
	Number         string `json:"number"`
	DueDate        string `json:"dueDate"`
	LateDays       int    `json:"lateDays"`
	DueMinor       int64  `json:"dueMinor"`
	InterestMinor  int64  `json:"interestMinor"`
	IndemnityMinor int64  `json:"indemnityMinor"`
	Level          int    `json:"level"`
	Early          bool   `json:"early"`
	Passed         []int  `json:"passed"`
}

// PlannedMail is one mail that a click would send.
type PlannedMail struct {
	ID             string         `json:"id"`
	CustomerID     string         `json:"customerId"`
	CustomerName   string         `json:"customerName"`
	To             string         `json:"to"`
	Policy         string         `json:"policy"`
	Level          int            `json:"level"`
	Formal         bool           `json:"formal"`
	Currency       string         `json:"currency"`
	DueMinor       int64          `json:"dueMinor"`
	InterestMinor  int64          `json:"interestMinor"`
	IndemnityMinor int64          `json:"indemnityMinor"`
	FeesMinor      int64          `json:"feesMinor"`
	Subject        string         `json:"subject"`
	Documents      []LateDocument `json:"documents"`
}

// NotReminded is a document that is left out, with the reason.
type NotReminded struct {
	ID           string `json:"id"`
	Number       string `json:"number"`
	CustomerName string `json:"customerName"`
	Currency     string `json:"currency"`
	DueMinor     int64  `json:"dueMinor"`
	Reason       string `json:"reason"`
}

// ReminderPlan is the preview of Relancer.
type ReminderPlan struct {
	Mails   []PlannedMail `json:"mails"`
	Exempt  []NotReminded `json:"exempt"`
	Levels  int           `json:"levels"`
	Missing []Span        `json:"missing"` // no rate of late payment is known here
}

// Span is a period, both days in it.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func spans(list []tax.LatePeriod) []Span {
	all := make([]Span, 0, len(list))
	for _, p := range list {
		all = append(all, Span{From: p.From.String(), To: p.To.String()})
	}
	return all
}

// Plan tells what a click would send to whom, and what not and why.
func (s *Reminders) Plan(q reminders.PlanQuery) (ReminderPlan, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ReminderPlan{}, err
	}
	p, err := h.Reminders.PlanByHand(s.desk.ctx, who, q)
	v := ReminderPlan{Mails: []PlannedMail{}, Exempt: []NotReminded{}, Levels: p.Levels, Missing: spans(p.Missing)}
	for _, m := range p.Mails {
		v.Mails = append(v.Mails, plannedMail(m))
	}
	for _, x := range p.Exempt {
		v.Exempt = append(v.Exempt, NotReminded{ID: x.PublicID, Number: x.Number, CustomerName: x.CustomerName, Currency: string(x.Currency), DueMinor: x.DueMinor, Reason: s.desk.why(x.Reason, x.On)})
	}
	return v, err
}

// why writes the reason why a document is not reminded of.
func (d *desk) why(reason string, on civil.Date) string {
	return d.t("reminder.why."+reason, map[string]any{"on": locale.Date(d.lang, on)})
}

func plannedMail(m reminders.Mail) PlannedMail {
	v := PlannedMail{ID: m.Documents[0].PublicID, CustomerID: m.CustomerPublic, CustomerName: m.CustomerName, To: m.To.Email, Policy: m.Policy.Name, Level: m.Level,
		Formal: m.Policy.Levels[m.Level-1].Formal, Currency: string(m.Currency), DueMinor: m.DueMinor, InterestMinor: m.InterestMinor, IndemnityMinor: m.IndemnityMinor,
		FeesMinor: m.FeesMinor(), Subject: m.Subject, Documents: []LateDocument{}}
	for _, d := range m.Documents {
		v.Documents = append(v.Documents, LateDocument{ID: d.PublicID, Number: d.Number, DueDate: d.DueDate.String(), LateDays: d.DaysLate, DueMinor: d.DueMinor,
			InterestMinor: d.InterestMinor, IndemnityMinor: d.IndemnityMinor, Level: d.Level, Early: d.Early, Passed: d.Passed})
	}
	return v
}

// MailLook is how a mail would look.
type MailLook struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	HTML    string `json:"html"`
	Text    string `json:"text"`
	Number  string `json:"number"` // of the invoice that a text was tried on
}

// look composes a mail that is not queued; the portal's address stands for its link.
func (s *Reminders) look(h *House, m outbox.Mail, number string) (MailLook, error) {
	_, who, err := s.desk.open()
	if err != nil {
		return MailLook{}, err
	}
	p, err := h.Outbox.Preview(s.desk.ctx, who, m, h.portal.base(), nil)
	return MailLook{From: p.From, To: p.To, Subject: p.Subject, HTML: p.HTML, Text: p.Text, Number: number}, err
}

// Look gives one mail of the plan as it would go.
func (s *Reminders) Look(chosen []reminders.Chosen) (MailLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MailLook{}, err
	}
	m, err := h.Reminders.Mail(s.desk.ctx, who, chosen)
	if err != nil {
		return MailLook{}, err
	}
	return s.look(h, m, m.Args["number"])
}

// Send mails one reminder as it was shown.
func (s *Reminders) Send(chosen []reminders.Chosen, key string) (reminders.Sent, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return reminders.Sent{}, err
	}
	return h.Reminders.Send(s.desk.ctx, who, key, chosen)
}

// PastReminder is a level that a document has behind it.
type PastReminder struct {
	InvoiceID      string `json:"invoiceId"`
	Number         string `json:"number"`
	Currency       string `json:"currency"`
	Level          int    `json:"level"`
	On             string `json:"on"`
	LateDays       int    `json:"lateDays"`
	DueMinor       int64  `json:"dueMinor"`
	InterestMinor  int64  `json:"interestMinor"`
	IndemnityMinor int64  `json:"indemnityMinor"`
	FeesMinor      int64  `json:"feesMinor"`
	Mailed         bool   `json:"mailed"`
	ByHand         bool   `json:"byHand"`
	Formal         bool   `json:"formal"`
	MailID         string `json:"mailId"`
	MailState      string `json:"mailState"`
	To             string `json:"to"`
}

func pastReminders(list []reminders.Past) []PastReminder {
	all := make([]PastReminder, 0, len(list))
	for _, p := range list {
		all = append(all, PastReminder{InvoiceID: p.Document, Number: p.Number, Currency: string(p.Currency), Level: p.Level, On: p.On.String(), LateDays: p.DaysLate, DueMinor: p.DueMinor,
			InterestMinor: p.InterestMinor, IndemnityMinor: p.IndemnityMinor, FeesMinor: p.InterestMinor + p.IndemnityMinor, Mailed: p.Mailed, ByHand: p.ByHand, Formal: p.Formal,
			MailID: p.MailID, MailState: p.MailState, To: p.To})
	}
	return all
}

// FeesInvoice is an invoice of late fees.
type FeesInvoice struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	AmountMinor int64  `json:"amountMinor"`
}

// LateSlice is one run of days of the interest.
type LateSlice struct {
	Text string `json:"text"`
}

// ReminderState is how an invoice stands with its reminders.
type ReminderState struct {
	Past           []PastReminder `json:"past"`
	Exempt         bool           `json:"exempt"`
	Reason         string         `json:"reason"` // why it cannot be reminded of now, "" = it can
	NextOn         string         `json:"nextOn"`
	NextLevel      int            `json:"nextLevel"`
	InterestMinor  int64          `json:"interestMinor"`
	IndemnityMinor int64          `json:"indemnityMinor"`
	FeesMinor      int64          `json:"feesMinor"`
	Slices         []LateSlice    `json:"slices"`
	Missing        []Span         `json:"missing"`
	Invoiced       []FeesInvoice  `json:"invoiced"`
}

// State gives how an issued invoice stands.
func (s *Reminders) State(id string) (ReminderState, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ReminderState{}, err
	}
	st, err := h.Reminders.StateOf(s.desk.ctx, who, id)
	if err != nil {
		return ReminderState{}, err
	}
	d, err := h.Sales.Get(s.desk.ctx, who, id)
	if err != nil {
		return ReminderState{}, err
	}
	v := ReminderState{Past: pastReminders(st.Past), Exempt: st.Exempt, NextLevel: st.Level, InterestMinor: st.Fees.InterestMinor, IndemnityMinor: st.Fees.IndemnityMinor,
		FeesMinor: st.Fees.InterestMinor + st.Fees.IndemnityMinor, Slices: s.desk.slices(st.Fees.Slices, d.Currency), Missing: spans(st.Fees.Missing), Invoiced: []FeesInvoice{}}
	if st.Reason != "" {
		v.Reason = s.desk.why(st.Reason, st.ReasonOn)
	}
	if !st.Next.IsZero() {
		v.NextOn = st.Next.String()
	}
	for _, f := range st.Invoiced {
		v.Invoiced = append(v.Invoiced, FeesInvoice{ID: f.PublicID, Number: f.Number, AmountMinor: f.InterestMinor + f.IndemnityMinor})
	}
	return v, nil
}

// slices writes from what the interest was computed.
func (d *desk) slices(list []tax.LateSlice, currency money.Currency) []LateSlice {
	all := make([]LateSlice, 0, len(list))
	for _, p := range list {
		all = append(all, LateSlice{Text: d.t("reminder.invoice.slice", map[string]any{"from": locale.Date(d.lang, p.From), "to": locale.Date(d.lang, p.To), "days": p.Days,
			"base": locale.Amount(d.lang, p.BaseMinor, currency), "rate": locale.Rate(d.lang, p.RatePCM)})})
	}
	return all
}

// OfCustomer gives a customer's reminders, newest first.
func (s *Reminders) OfCustomer(customerID string) ([]PastReminder, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := h.Reminders.OfCustomer(s.desk.ctx, who, customerID)
	return pastReminders(list), err
}

// SetExempt exempts one invoice from reminders, or takes that back.
func (s *Reminders) SetExempt(id string, exempt bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Reminders.SetNoReminders(s.desk.ctx, who, id, exempt)
}

// InvoiceFees makes a draft invoice of what lateness has earned, and gives its id.
func (s *Reminders) InvoiceFees(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	draft, err := h.Reminders.InvoiceFees(s.desk.ctx, who, key, id)
	return Saved{ID: draft}, err
}

// ShippedText is the wording of a tone in both languages, with its placeholders.
type ShippedText struct {
	Tone      string `json:"tone"`
	SubjectFR string `json:"subjectFr"`
	BodyFR    string `json:"bodyFr"`
	SubjectEN string `json:"subjectEn"`
	BodyEN    string `json:"bodyEn"`
}

// PolicyDesk is everything that the policies' screen opens with.
type PolicyDesk struct {
	Policies     []reminders.Policy `json:"policies"`
	Texts        []ShippedText      `json:"texts"`
	Placeholders []string           `json:"placeholders"`
	Rates        reminders.Rates    `json:"rates"`
	Currency     string             `json:"currency"`
}

// Policies opens the screen of the policies.
func (s *Reminders) Policies() (PolicyDesk, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PolicyDesk{}, err
	}
	v := PolicyDesk{Texts: []ShippedText{}, Placeholders: reminders.Placeholders()}
	if v.Policies, err = h.Reminders.Policies(s.desk.ctx, who); err != nil {
		return PolicyDesk{}, err
	}
	for _, tone := range []string{"before", "due", "friendly", "firm", "notice"} {
		t := ShippedText{Tone: tone}
		t.SubjectFR, t.BodyFR = reminders.ShippedText(locale.FR, tone)
		t.SubjectEN, t.BodyEN = reminders.ShippedText(locale.EN, tone)
		v.Texts = append(v.Texts, t)
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return PolicyDesk{}, err
	}
	v.Currency = firm.Currency
	v.Rates, err = h.Reminders.Rates(s.desk.ctx, who)
	return v, err
}

// SavePolicy makes or changes a policy.
func (s *Reminders) SavePolicy(p reminders.Policy, key string) (reminders.Policy, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return reminders.Policy{}, err
	}
	defer h.CatchUp.Poke() // one that sends by itself now may have something to send
	return h.Reminders.SavePolicy(s.desk.ctx, who, key, p)
}

// DeletePolicy takes a policy away that nobody has.
func (s *Reminders) DeletePolicy(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Reminders.DeletePolicy(s.desk.ctx, who, id, version)
}

// Sample shows a level as it is typed, on a real invoice.
func (s *Reminders) Sample(in reminders.Sample) (MailLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MailLook{}, err
	}
	out, err := h.Reminders.Sample(s.desk.ctx, who, in)
	if err != nil {
		return MailLook{}, err
	}
	return s.look(h, out.Mail, out.Number)
}

// Try mails such a sample to the firm itself.
func (s *Reminders) Try(in reminders.Sample, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	to, err := h.Reminders.Try(s.desk.ctx, who, key, in)
	if err != nil {
		return Done{}, err
	}
	return Done{Mailed: true, Message: s.desk.t("desk.reminder.tried", map[string]any{"to": to})}, nil
}

// SaveRate notes the rate of late payment of a period.
func (s *Reminders) SaveRate(r reminders.Rate) (reminders.Rates, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return reminders.Rates{}, err
	}
	return h.Reminders.SaveRate(s.desk.ctx, who, r)
}

// DeleteRate takes a noted rate away.
func (s *Reminders) DeleteRate(from string) (reminders.Rates, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return reminders.Rates{}, err
	}
	return h.Reminders.DeleteRate(s.desk.ctx, who, from)
}
