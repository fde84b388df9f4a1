package app

import (
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/payments"
)

// Gateways is bound to the window: the ways to pay, the keys of gateways, kept methods, attempts.
type Gateways struct{ desk *desk }

// Ways gives the ways to pay in the firm's order, and what customers may choose.
func (s *Gateways) Ways() (payments.WaySettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return payments.WaySettings{}, err
	}
	return h.Payments.WaySettings(s.desk.ctx, who)
}

// SaveWays changes them, whole or not at all.
func (s *Gateways) SaveWays(w payments.WaySettings) (payments.WaySettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return payments.WaySettings{}, err
	}
	return h.Payments.SaveWays(s.desk.ctx, who, w)
}

// GatewayView is the firm's account with a gateway. HookURL is where the gateway may tell of
// what happens there, "" while the portal is closed; Near means that only this network reaches it.
type GatewayView struct {
	Gateway  string                  `json:"gateway"`
	Mode     string                  `json:"mode"` // in use
	Name     string                  `json:"name"` // of the account, as the gateway told
	TestedAt string                  `json:"testedAt"`
	Worlds   []payments.GatewayWorld `json:"worlds"` // test, live
	Trials   bool                    `json:"trials"` // customers may be offered the test world: the demo
	HookURL  string                  `json:"hookUrl"`
	Near     bool                    `json:"near"`
}

func (s *Gateways) view(h *House, v payments.GatewayAccountView, err error) (GatewayView, error) {
	if v.Worlds == nil { // refused
		v.Worlds = []payments.GatewayWorld{}
	}
	g := GatewayView{Gateway: v.Gateway, Mode: v.Mode, Name: v.Name, TestedAt: v.TestedAt, Worlds: v.Worlds, Trials: v.Trials}
	if base := h.portal.base(); base != "" && v.Gateway != "" {
		g.HookURL, g.Near = base+"/passerelle/"+v.Gateway, nearby(base)
	}
	return g, err
}

// Account gives the firm's account with a gateway, without its keys.
func (s *Gateways) Account(gateway string) (GatewayView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return GatewayView{}, err
	}
	v, err := h.Payments.GatewayAccount(s.desk.ctx, who, gateway)
	return s.view(h, v, err)
}

// SaveKeys keeps keys that were typed; they are never read back.
func (s *Gateways) SaveKeys(k payments.KeysChange) (GatewayView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return GatewayView{}, err
	}
	v, err := h.Payments.SaveKeys(s.desk.ctx, who, k)
	return s.view(h, v, err)
}

// RemoveKeys forgets the keys of a mode.
func (s *Gateways) RemoveKeys(gateway, mode string) (GatewayView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return GatewayView{}, err
	}
	v, err := h.Payments.RemoveKeys(s.desk.ctx, who, gateway, mode)
	return s.view(h, v, err)
}

// SetMode switches a gateway between practice and earnest.
func (s *Gateways) SetMode(gateway, mode string) (GatewayView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return GatewayView{}, err
	}
	v, err := h.Payments.SetGatewayMode(s.desk.ctx, who, gateway, mode)
	return s.view(h, v, err)
}

// GatewayStep is one step of trying a gateway's keys, in the reader's language. State is done,
// failed, or skipped for what may be missing.
type GatewayStep struct {
	Step   string `json:"step"`
	Label  string `json:"label"`
	State  string `json:"state"`
	Answer string `json:"answer"`
	Advice string `json:"advice"`
	At     string `json:"at"` // of hook: when the gateway called last
}

// Test tries the keys of a mode (Tester). Nothing is charged.
func (s *Gateways) Test(gateway, mode string) ([]GatewayStep, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	steps, err := h.Payments.TestGateway(s.desk.ctx, who, gateway, mode)
	list := make([]GatewayStep, 0, len(steps))
	for _, x := range steps {
		list = append(list, GatewayStep{Step: x.Name, Label: s.desk.t("window.gateways.step."+x.Name, nil), State: x.State, Answer: x.Answer, Advice: s.desk.reason(x.Advice), At: x.At})
	}
	return list, err
}

// reason is a text by its key; an unknown one says nothing.
func (d *desk) reason(key string) string {
	if key == "" || !locale.Has(d.lang, key) {
		return ""
	}
	return d.t(key, nil)
}

// KeptMethod is a method of payment that a customer keeps with a gateway.
type KeptMethod struct {
	ID          string `json:"id"`
	Gateway     string `json:"gateway"`
	Mode        string `json:"mode"`
	Kind        string `json:"kind"`  // card, sepa_debit
	Brand       string `json:"brand"` // as people call it
	Last4       string `json:"last4"`
	Expires     string `json:"expires"` // 2027-03, "" where it does not
	Default     bool   `json:"default"`
	Expired     bool   `json:"expired"`
	ExpiresSoon bool   `json:"expiresSoon"`
	AddedBy     string `json:"addedBy"`
	CreatedAt   string `json:"createdAt"`
}

// Kept lists the methods that a customer keeps, the default first.
func (s *Gateways) Kept(customerID string) ([]KeptMethod, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	kept, err := h.Payments.KeptMethods(s.desk.ctx, who, customerID)
	list := make([]KeptMethod, 0, len(kept))
	for _, k := range kept {
		list = append(list, KeptMethod{ID: k.PublicID, Gateway: k.Gateway, Mode: k.Mode, Kind: k.Kind, Brand: payments.BrandName(k.Brand), Last4: k.Last4, Expires: month(k.ExpYear, k.ExpMonth), Default: k.Default,
			Expired: k.Expired, ExpiresSoon: k.ExpiresSoon, AddedBy: k.AddedBy, CreatedAt: k.CreatedAt})
	}
	return list, err
}

// MakeDefault makes a method the one that is charged.
func (s *Gateways) MakeDefault(methodID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Payments.MakeDefault(s.desk.ctx, who, methodID)
}

// DeleteMethod gives a method up.
func (s *Gateways) DeleteMethod(methodID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Payments.DeleteMethod(s.desk.ctx, who, methodID)
}

// AskForMethod mails a customer the way to keep a method in the portal.
func (s *Gateways) AskForMethod(customerID, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	to, err := h.Payments.AskForMethod(s.desk.ctx, who, key, customerID)
	return Done{Message: s.desk.t("window.gateways.kept.asked", map[string]any{"email": to.Email})}, err
}

// AttemptRow is an attempt with a gateway in a list; Why is in the reader's language.
type AttemptRow struct {
	payments.AttemptRow
	Why string `json:"why"`
}

// AttemptList is a page of attempts.
type AttemptList struct {
	Rows []AttemptRow `json:"rows"`
	Next string       `json:"next"`
}

// Attempts gives a page of the attempts with gateways, the newest first.
func (s *Gateways) Attempts(q ListQuery) (AttemptList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AttemptList{}, err
	}
	rows, next, err := h.Payments.AttemptList(s.desk.ctx, who, q.attempts())
	list := AttemptList{Rows: make([]AttemptRow, 0, len(rows)), Next: next}
	for _, r := range rows {
		list.Rows = append(list.Rows, AttemptRow{AttemptRow: r, Why: s.desk.reason(r.Reason)})
	}
	return list, err
}

func (q ListQuery) attempts() payments.AttemptQuery {
	return payments.AttemptQuery{Query: q.listing(), CustomerID: q.CustomerID, Is: q.State, From: q.From, To: q.To}
}

// AttemptDone tells how an attempt stands after it was asked about or sent.
type AttemptDone struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Message string `json:"message"`
}

// AskAbout asks the gateway about an attempt now (Demander à nouveau).
func (s *Gateways) AskAbout(attemptID string) (AttemptDone, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AttemptDone{}, err
	}
	i, err := h.Payments.AskAbout(s.desk.ctx, who, attemptID)
	if err != nil {
		return AttemptDone{}, err
	}
	return s.told("window.gateways.told.", i), nil
}

// CloseAttempt ends an attempt by hand (Fermer cette tentative), with the reason that stays in
// the log: a page that waits is closed at the gateway; what the gateway may still tell of is refused.
func (s *Gateways) CloseAttempt(attemptID, why string) (AttemptDone, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AttemptDone{}, err
	}
	i, err := h.Payments.CloseAttempt(s.desk.ctx, who, attemptID, why)
	if err != nil {
		return AttemptDone{}, err
	}
	return s.told("window.gateways.told.", i), nil
}

// Refund gives money back through the gateway that took it. The answer may be that it is on
// its way: it then settles by itself.
func (s *Gateways) Refund(in payments.Refund) (AttemptDone, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AttemptDone{}, err
	}
	i, err := h.Payments.RefundByGateway(s.desk.ctx, who, in)
	if err != nil {
		return AttemptDone{}, err
	}
	return s.told("window.gateways.refunded.", i), nil
}

func (s *Gateways) told(key string, i payments.Intent) AttemptDone {
	return AttemptDone{ID: i.PublicID, State: i.State, Message: s.desk.t(key+i.State, map[string]any{"amount": money.Amount{Minor: i.AmountMinor, Currency: i.Currency}, "reason": s.desk.reason(i.Reason), "customer": i.Customer})}
}

// GatewayRefund is money that was to go back through a gateway and is not in the books (yet).
type GatewayRefund struct {
	ID          string `json:"id"`
	State       string `json:"state"`
	Why         string `json:"why"`
	AmountMinor int64  `json:"amountMinor"`
	CreatedAt   string `json:"createdAt"`
}

// GatewayDispute is a payment that the customer's bank took back, or asks about.
type GatewayDispute struct {
	State       string `json:"state"` // open, won, lost
	Why         string `json:"why"`
	AmountMinor int64  `json:"amountMinor"`
	AnswerBy    string `json:"answerBy"`
	Withdrawn   bool   `json:"withdrawn"`
	CreatedAt   string `json:"createdAt"`
}

// GatewayTrace is what a gateway has to do with a payment.
type GatewayTrace struct {
	Gateway   string           `json:"gateway"`
	Mode      string           `json:"mode"`
	Reference string           `json:"reference"`
	CanRefund bool             `json:"canRefund"`
	Refunds   []GatewayRefund  `json:"refunds"`
	Disputes  []GatewayDispute `json:"disputes"`
}

// Trace tells what a gateway has to do with a payment.
func (s *Gateways) Trace(paymentID string) (GatewayTrace, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return GatewayTrace{}, err
	}
	t, err := h.Payments.Trace(s.desk.ctx, who, paymentID)
	v := GatewayTrace{Gateway: t.Gateway, Mode: t.Mode, Reference: t.Reference, CanRefund: t.CanRefund, Refunds: []GatewayRefund{}, Disputes: []GatewayDispute{}}
	for _, r := range t.Refunds {
		v.Refunds = append(v.Refunds, GatewayRefund{ID: r.IntentID, State: r.State, Why: s.desk.reason(r.Reason), AmountMinor: r.AmountMinor, CreatedAt: r.CreatedAt})
	}
	for _, d := range t.Disputes {
		v.Disputes = append(v.Disputes, GatewayDispute{State: d.State, Why: s.desk.reason(d.Reason), AmountMinor: d.AmountMinor, AnswerBy: d.AnswerBy, Withdrawn: d.Withdrawn, CreatedAt: d.CreatedAt})
	}
	return v, err
}
