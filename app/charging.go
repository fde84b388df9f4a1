package app

import (
	"comptoir/core/locale"
	"comptoir/office/charging"
	"comptoir/office/payments"
)

// Charging is bound to the window: invoices that are charged to kept methods by themselves.
type Charging struct{ desk *desk }

// ChargeMethod is a kept method as far as a charge names it.
type ChargeMethod struct {
	ID          string `json:"id"` // "" = none
	Words       string `json:"words"`
	Expires     string `json:"expires"` // its last day; "" = it does not end
	Gone        bool   `json:"gone"`    // deleted
	Expired     bool   `json:"expired"`
	ExpiresSoon bool   `json:"expiresSoon"`
}

// ChargeConsent is what the customer agreed to.
type ChargeConsent struct {
	Words string `json:"words"`
	By    string `json:"by"`
	At    string `json:"at"` // "" = nothing is on file
}

// ChargeAttempt is one charge of an invoice.
type ChargeAttempt struct {
	Number    int64  `json:"number"`
	State     string `json:"state"` // planned, ready, calling, unknown, processing, succeeded, declined, unreached, refused, cancelled
	Reason    string `json:"reason"`
	On        string `json:"on"`        // its day
	At        string `json:"at"`        // when it came to its state
	NotBefore string `json:"notBefore"` // when the gateway is called again
	ByHand    bool   `json:"byHand"`
	Method    string `json:"method"` // in words; "" = none was there
}

// ChargesView are the charges of an invoice, the newest first.
type ChargesView struct {
	Attempts []ChargeAttempt `json:"attempts"`
	CanRetry bool            `json:"canRetry"`
	CanStop  bool            `json:"canStop"`
	DueMinor int64           `json:"dueMinor"` // what would be charged now
	Currency string          `json:"currency"`
	Method   string          `json:"method"` // what would be charged, in words
}

// ChargeTemplate is how a recurring invoice is charged.
type ChargeTemplate struct {
	On      bool          `json:"on"`
	Chosen  bool          `json:"chosen"` // a certain method; else the customer's default one
	AtIssue bool          `json:"atIssue"`
	Method  ChargeMethod  `json:"method"`
	Why     string        `json:"why"` // why nothing could be charged today
	Consent ChargeConsent `json:"consent"`
}

// ChargeChoice is a method that a recurring invoice may be charged to.
type ChargeChoice struct {
	ChargeMethod
	Default bool          `json:"default"`
	Consent ChargeConsent `json:"consent"`
}

// ChargeChoices is what the editor of a recurring invoice offers.
type ChargeChoices struct {
	Methods []ChargeChoice `json:"methods"`
	AtIssue bool           `json:"atIssue"`
}

// ChargeSettings is the policy.
type ChargeSettings struct {
	AtIssue   bool   `json:"atIssue"`
	RetryDays string `json:"retryDays"`
	Version   int64  `json:"version"`
}

func (d *desk) chargeMethod(m *charging.Method) ChargeMethod {
	if m == nil {
		return ChargeMethod{}
	}
	x := ChargeMethod{ID: m.PublicID, Words: payments.MethodWords(d.lang, m.Kind, m.Brand, m.Last4), Gone: m.Gone}
	if !m.Last.IsZero() {
		x.Expires = m.Last.String()
	}
	return x
}

func chargeConsent(c charging.Consent) ChargeConsent {
	return ChargeConsent{Words: c.Words, By: c.GivenBy, At: c.GivenAt}
}

func (d *desk) chargesView(c charging.Charges) ChargesView {
	v := ChargesView{Attempts: make([]ChargeAttempt, 0, len(c.Attempts)), CanRetry: c.CanRetry, CanStop: c.CanStop, DueMinor: c.DueMinor, Currency: string(c.Currency)}
	for _, a := range c.Attempts {
		x := ChargeAttempt{Number: a.Number, State: a.State, On: a.On.String(), At: a.At, NotBefore: a.NotBefore, ByHand: a.ByHand, Method: d.chargeMethod(a.Method).Words}
		if a.Reason != "" {
			x.Reason = locale.T(d.lang, a.Reason, nil)
		}
		v.Attempts = append(v.Attempts, x)
	}
	if len(v.Attempts) > 0 {
		v.Method = v.Attempts[0].Method
	}
	return v
}

// OfInvoice gives the charges of an invoice; none for one that is paid by hand.
func (s *Charging) OfInvoice(id string) (ChargesView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargesView{}, err
	}
	c, err := h.Charging.OfInvoice(s.desk.ctx, who, id)
	return s.desk.chargesView(c), err
}

// RetryNow charges an invoice at once.
func (s *Charging) RetryNow(id, key string) (ChargesView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargesView{}, err
	}
	c, err := h.Charging.RetryNow(s.desk.ctx, who, key, id)
	return s.desk.chargesView(c), err
}

// Stop ends what is planned for an invoice.
func (s *Charging) Stop(id string) (ChargesView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargesView{}, err
	}
	c, err := h.Charging.Stop(s.desk.ctx, who, id)
	return s.desk.chargesView(c), err
}

// OfRecurring tells how a recurring invoice is charged.
func (s *Charging) OfRecurring(id string) (ChargeTemplate, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargeTemplate{}, err
	}
	t, err := h.Charging.OfTemplate(s.desk.ctx, who, id)
	if err != nil {
		return ChargeTemplate{}, err
	}
	x := ChargeTemplate{On: t.On, Chosen: t.Chosen, AtIssue: t.AtIssue, Method: s.desk.chargeMethod(t.Method), Consent: chargeConsent(t.Consent)}
	x.Method.ExpiresSoon = t.Ends
	if t.Why != "" {
		x.Why = locale.T(s.desk.lang, t.Why, nil)
	}
	return x, nil
}

// Choices gives the methods of a customer that a recurring invoice may be charged to.
func (s *Charging) Choices(customerID string) (ChargeChoices, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargeChoices{}, err
	}
	p, err := h.Charging.Settings(s.desk.ctx, who)
	if err != nil {
		return ChargeChoices{}, err
	}
	v := ChargeChoices{Methods: []ChargeChoice{}, AtIssue: p.AtIssue}
	if customerID == "" {
		return v, nil
	}
	list, err := h.Charging.Choices(s.desk.ctx, who, customerID)
	for _, c := range list {
		x := ChargeChoice{ChargeMethod: s.desk.chargeMethod(&c.Method), Default: c.Default, Consent: chargeConsent(c.Consent)}
		x.Expired, x.ExpiresSoon = c.Expired, c.Ends
		v.Methods = append(v.Methods, x)
	}
	return v, err
}

// Settings gives the policy of charges.
func (s *Charging) Settings() (ChargeSettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargeSettings{}, err
	}
	v, err := h.Charging.Settings(s.desk.ctx, who)
	return ChargeSettings(v), err
}

// SaveSettings changes the policy; what is planned already keeps its day.
func (s *Charging) SaveSettings(v ChargeSettings) (ChargeSettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ChargeSettings{}, err
	}
	saved, err := h.Charging.SaveSettings(s.desk.ctx, who, charging.Settings(v))
	return ChargeSettings(saved), err
}
