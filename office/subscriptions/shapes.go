package subscriptions

import (
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/office/accepted"
	"comptoir/office/listing"
	"comptoir/office/recurring"
	"comptoir/rules/billing"
	"comptoir/rules/subscription"
)

// The states of a plan.
const (
	Open      = "open"
	Withdrawn = "withdrawn" // nobody new; who has it keeps it
)

// How a cancellation takes place.
const (
	AtPeriodEnd  = "period_end"
	AtOnce       = "at_once"        // what was paid stays paid
	AtOnceCredit = "at_once_credit" // the days that are left are given back
)

// When a change that costs less takes place.
const (
	DownCredit    = "credit"     // now; the difference is a credit for what comes next
	DownPeriodEnd = "period_end" // with the next period; nothing is given back
)

// Extra is something that may be taken beside the plan.
type Extra struct {
	ID         string `json:"id"` // within the plan, for ever the same
	NameFR     string `json:"nameFr"`
	NameEN     string `json:"nameEn"`
	PriceMinor int64  `json:"priceMinor"` // per period
	PerSeat    bool   `json:"perSeat"`
}

// Name is the extra's name in a language.
func (x Extra) Name(lang string) string { return either(lang, x.NameFR, x.NameEN) }

// Plan is what is offered. A subscription keeps it as it was agreed.
type Plan struct {
	PublicID       string   `json:"publicId"` // "" = a new one
	Version        int64    `json:"version"`
	State          string   `json:"state"` // Open, Withdrawn
	NameFR         string   `json:"nameFr"`
	NameEN         string   `json:"nameEn"`
	AboutFR        string   `json:"aboutFr"`
	AboutEN        string   `json:"aboutEn"`
	Currency       string   `json:"currency"`
	PriceMinor     int64    `json:"priceMinor"` // of a period, per seat
	PricesInclTax  bool     `json:"pricesInclTax"`
	ItemID         string   `json:"itemId"`   // catalogue item: its taxes and account; "" = none
	Nature         string   `json:"nature"`   // services, goods
	TaxCodes       []string `json:"taxCodes"` // empty = what the law says for the customer
	Unit           string   `json:"unit"`     // recur.Day, Week, Month, Year
	Every          int      `json:"every"`
	TrialDays      int64    `json:"trialDays"`
	TrialMethod    bool     `json:"trialMethod"` // the trial begins when a method of payment is kept
	SetupMinor     int64    `json:"setupMinor"`  // once, with the first invoice
	SeatsMin       int64    `json:"seatsMin"`
	SeatsMax       int64    `json:"seatsMax"` // 1 = not sold by the seat
	Extras         []Extra  `json:"extras"`
	MayCancel      bool     `json:"mayCancel"`      // the customer may ask for cancellation
	MayChangePlan  bool     `json:"mayChangePlan"`  // to one of MoveTo
	MayChangeSeats bool     `json:"mayChangeSeats"` // and extras
	MoveTo         []string `json:"moveTo"`         // public ids of plans
	CancelRule     string   `json:"cancelRule"`     // AtPeriodEnd, AtOnce, AtOnceCredit
	CancelWaits    bool     `json:"cancelWaits"`    // asked for; it ends with the period unless the firm says otherwise
	Downgrade      string   `json:"downgrade"`      // DownCredit, DownPeriodEnd
	AutoCharge     bool     `json:"autoCharge"`     // its invoices are charged to the customer's kept method
}

// Name is the plan's name in a language, About its words.
func (p Plan) Name(lang string) string { return either(lang, p.NameFR, p.NameEN) }

// About is what the customer reads of the plan.
func (p Plan) About(lang string) string { return either(lang, p.AboutFR, p.AboutEN) }

// Extra finds an extra.
func (p Plan) Extra(id string) (Extra, bool) {
	for _, x := range p.Extras {
		if x.ID == id {
			return x, true
		}
	}
	return Extra{}, false
}

// BySeat tells whether the customer chooses how many.
func (p Plan) BySeat() bool { return p.SeatsMax > 1 }

func either(lang, fr, en string) string {
	if lang == "en" && en != "" || fr == "" {
		return en
	}
	return fr
}

// PlanRow is a plan in the list.
type PlanRow struct {
	Plan
	Subscribers  int64 // that run, trials included
	Links        int64 // that can be used
	MonthlyMinor int64 // what its subscriptions bring in a month, before tax
	UpdatedAt    string
}

// Link is a payment link of a plan.
type Link struct {
	PublicID  string
	Token     string // in its address: /s/<token>
	PlanID    string
	Label     string
	ExpiresOn civil.Date // last day; zero = none
	Most      int64      // 0 = without limit
	Used      int64
	State     string // LinkOpen …, derived
	CreatedAt string
}

// The states of a link; the first that applies.
const (
	LinkWithdrawn = "withdrawn"
	LinkExpired   = "expired"
	LinkUsedUp    = "used_up"
	LinkOpen      = "open"
)

// NewLink asks for a payment link.
type NewLink struct {
	Key       string `json:"key"`
	PlanID    string `json:"planId"`
	Label     string `json:"label"`     // for the firm: where it hangs
	ExpiresOn string `json:"expiresOn"` // YYYY-MM-DD; "" = never
	Most      int64  `json:"most"`      // 0 = without limit
}

// Offer is a plan as whoever opens its link sees it, signed in or not.
type Offer struct {
	Token string
	Plan  Plan // Plan.Version goes back with Subscribe
	Firm  string
}

// Choice is what a customer takes of a plan.
type Choice struct {
	Seats  int64    `json:"seats"` // 0 = the least
	Extras []string `json:"extras"`
}

// Subscribe takes a plan. A contact names the link; the firm names plan and customer.
type Subscribe struct {
	Key         string `json:"key"`
	Token       string `json:"token"`
	PlanID      string `json:"planId"`      // the firm
	CustomerID  string `json:"customerId"`  // the firm
	PlanVersion int64  `json:"planVersion"` // as it was shown; another one is refused
	Choice
	ShownMinor int64          `json:"shownMinor"` // Quote.NowMinor, as it was shown
	Accepted   accepted.Terms `json:"-"`          // by a contact, as they were shown; the firm accepts nothing
}

// Quote is what a choice or a change comes to, before it is made. Amounts are with tax, by the
// documents that will be made.
type Quote struct {
	Currency   money.Currency
	Lines      []QuoteLine
	NowMinor   int64                 // to be paid now; below zero: the credit that is given
	TaxMinor   int64                 // of it
	Taxes      []billing.TaxSubtotal // of NowMinor
	EachTaxes  []billing.TaxSubtotal // of EachMinor
	NextMinor  int64                 // the next invoice, of NextOn
	NextOn     civil.Date
	EachMinor  int64      // the invoice of every period after it
	TrialUntil civil.Date // zero = no trial
	From, To   civil.Date // what NowMinor is about
	When       string     // Now, AtPeriodEnd
	On         civil.Date // the day on which it takes place
	Plan       Plan
	// VATUnchecked: the customer has a VAT number of another member state that the firm has not
	// checked; VAT is charged until it has.
	VATUnchecked bool
	Choice
}

// Now is Quote.When of what takes place at once.
const Now = "now"

// QuoteLine is a line of the document to come. NetMinor is in the prices of the plan.
type QuoteLine struct {
	Words    string
	Detail   string
	NetMinor int64
}

// Subscription is one subscription with all that is about it.
type Subscription struct {
	ID           int64 // inside the program only
	PublicID     string
	Version      int64
	State        subscription.State // derived
	CustomerID   string             // public id
	CustomerName string
	ContactID    string
	ContactName  string
	Plan         Plan // as it was agreed
	PlanID       string
	PlanState    string // of the plan today
	Choice
	Currency     money.Currency
	AmountMinor  int64 // with tax, of one period
	MonthlyMinor int64 // before tax, brought to a month
	Since        civil.Date
	TrialUntil   civil.Date
	PaidFrom     civil.Date // the period that was invoiced last
	PaidTo       civil.Date
	NextOn       civil.Date // next invoice; zero = none any more
	NextMinor    int64      // what it comes to
	FirstID      string     // public id of the invoice whose payment makes it active; "" = none
	FirstDue     int64      // of it, what is still to be paid
	RecurringID  string     // public id of the template that runs it
	OverdueMinor int64
	CancelAsked  string // instant; "" = not asked
	CancelReason string
	CancelWaits  bool       // for the firm's word
	EndsOn       civil.Date // last day; zero = without end
	EndedOn      civil.Date
	Planned      *Planned // a change that comes with the next period
	MoveTo       []Plan   // what the customer may change to today: open, same currency
	May          May
	Documents    []Paper
	History      []Event
	Accepted     *Accepted // what was accepted with it; nil: the firm sold it
	CreatedAt    string
}

// Accepted are the words that a contact accepted, as they were shown.
type Accepted struct{ At, Name, Lang, Words string }

// May is what can be done with a subscription now by who asks.
type May struct {
	Pay             bool `json:"pay"`
	StartTrial      bool `json:"startTrial"`
	Cancel          bool `json:"cancel"`
	TakeBack        bool `json:"takeBack"`
	ChangePlan      bool `json:"changePlan"`
	ChangeSeats     bool `json:"changeSeats"`
	Pause           bool `json:"pause"`
	Resume          bool `json:"resume"`
	ResumeBills     bool `json:"resumeBills"` // and its first period begins with it: an invoice is made
	CancelNow       bool `json:"cancelNow"`
	CancelNowCredit bool `json:"cancelNowCredit"`
}

// Planned is a change that comes with the next period.
type Planned struct {
	On     civil.Date
	PlanID string
	Plan   Plan
	Choice
	Was *recurring.Calendar // that the change replaced, to take it back; nil: it stayed
}

// Paper is an invoice or a credit note of a subscription.
type Paper struct {
	PublicID   string
	Kind       string
	Number     string
	IssueDate  civil.Date
	From, To   civil.Date
	Role       string // first, period, change, credit
	TotalMinor int64
	DueMinor   int64
	Currency   money.Currency
}

// Event is one thing that happened.
type Event struct {
	At     string
	Kind   string // text subscriptions.event.<kind>
	Who    string // actor.Kind: staff, contact, system
	Name   string
	Args   map[string]any
	Number string // of the document that came of it
}

// Row is a subscription in a list.
type Row struct {
	PublicID     string
	Version      int64
	State        subscription.State
	CustomerID   string
	CustomerName string
	PlanID       string
	PlanFR       string
	PlanEN       string
	Unit         string
	Every        int
	Seats        int64
	BySeat       bool
	Currency     money.Currency
	AmountMinor  int64 // with tax, of one period
	MonthlyMinor int64 // before tax, brought to a month
	Since        civil.Date
	TrialUntil   civil.Date
	NextOn       civil.Date
	EndsOn       civil.Date
	EndedOn      civil.Date
	Waits        bool // for the firm's word on a cancellation
}

// Change asks for another plan, other seats or extras. PlanID "" = the same plan.
type Change struct {
	Key         string `json:"key"`
	PublicID    string `json:"publicId"`
	Version     int64  `json:"version"`
	PlanID      string `json:"planId"`
	PlanVersion int64  `json:"planVersion"` // of the new plan as it was shown; 0 = the same plan
	Choice
	ShownMinor int64 `json:"shownMinor"` // Quote.NowMinor, as it was shown; another amount is refused
}

// Cancel asks for the end. How "" = as the plan says.
type Cancel struct {
	Key        string `json:"key"`
	PublicID   string `json:"publicId"`
	Version    int64  `json:"version"`
	How        string `json:"how"`        // AtPeriodEnd, AtOnce, AtOnceCredit
	Reason     string `json:"reason"`     // the customer's words
	ShownMinor int64  `json:"shownMinor"` // Quote.NowMinor: what is given back, below zero
}

// Figures are what the firm sees above its list, by currency.
type Figures struct {
	Active, Trials, Pending, Cancelling, PastDue, Paused, Ended, Waiting int64
	Money                                                                []MoneyFigure
	Month                                                                civil.Date // its first day
	Began                                                                int64      // were there when the month began
	Joined, Lost                                                         int64      // this month
	ChurnPCM                                                             int64      // Lost of Began
}

// MoneyFigure is what runs, brought to a month: before tax, without set-up fees, trials and
// paused ones left out.
type MoneyFigure struct {
	Currency  money.Currency
	MRRMinor  int64
	LostMinor int64 // of those that ended this month
}

// ListQuery asks for a page of subscriptions.
type ListQuery struct {
	listing.Query
	State      string // a subscription.State; "waiting" = for the firm's word; "" = all
	PlanID     string
	CustomerID string // public id
}
