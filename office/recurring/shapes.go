package recurring

import (
	"encoding/json"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

// The states of a template. Late, waiting or in trouble is derived, never stored.
const (
	Draft  = "draft"
	Active = "active"
	Paused = "paused"
	Ended  = "ended"
)

// Template is the form of a recurring invoice: the invoice of every period, and when.
type Template struct {
	PublicID string       `json:"publicId"` // "" = a new one
	Version  int64        `json:"version"`
	Form     sales.Draft  `json:"form"` // its texts may speak of the period: {{mois}}
	When     recur.Choice `json:"when"`
	Billed   string       `json:"billed"`  // recur.Ahead, recur.Behind
	StartOn  string       `json:"startOn"` // YYYY-MM-DD; "" = today
	NextOn   string       `json:"nextOn"`  // of a running one: not before this day; "" = as it stands
	Cycles   int64        `json:"cycles"`  // in all; 0 = without end
	AutoSend bool         `json:"autoSend"`
	// AutoCharge: each invoice is charged to a kept method of the customer by itself.
	AutoCharge   bool   `json:"autoCharge"`
	ChargeMethod string `json:"chargeMethod"` // public id; "" = the customer's default one at that time
}

// View is a template as the firm sees it.
type View struct {
	Template
	State      string
	Rule       recur.Rule
	Next       civil.Date // zero: none any more, or not begun
	CyclesDone int64
	Remaining  int64 // -1 = without end
	TotalMinor int64 // of one invoice, as of today
	Customer   *sales.CustomerRef
	Title      string            // the first line's words, of the next period
	NextLines  []sales.DraftLine // the lines with the words of the next period
	Fault      *fault.Error      // why the last run did not come about
	LastRun    civil.Date
	Waiting    int // periods on or before today that were not made yet
	UpdatedAt  string
}

// Row is a template in the firm's list.
type Row struct {
	PublicID     string
	Version      int64
	State        string
	CustomerID   string
	CustomerName string
	Title        string // the first line's words, of the next period
	Rule         recur.Rule
	Start, Next  civil.Date
	Remaining    int64
	TotalMinor   int64
	Currency     money.Currency
	AutoSend     bool
	AutoCharge   bool
	Fault        *fault.Error
}

// Run is a period that was done.
type Run struct {
	On        civil.Date
	Period    recur.Period
	Cycle     int64
	Skipped   bool
	MadeAt    string
	PublicID  string // of the invoice; "" = skipped, or a draft that was deleted
	Number    string
	Draft     bool
	IssueDate civil.Date
	Currency  money.Currency
	Total     int64
	Due       int64
	State     billing.State
}

// Coming is a period to come, as the editor shows it beforehand.
type Coming struct {
	On     civil.Date
	Period recur.Period
	First  string // the first line's words of that period
}

// Counts are the figures beside the filters.
type Counts struct{ Draft, Active, Paused, Ended, Faulty int64 }

// storedFault is a fault as the file keeps it, told later in the reader's language.
type storedFault struct {
	Code   fault.Code    `json:"code"`
	Key    string        `json:"key"`
	Args   fault.Args    `json:"args,omitempty"`
	Fields []fault.Field `json:"fields,omitempty"`
}

func packFault(e *fault.Error) (string, error) {
	b, err := json.Marshal(storedFault{e.Code, e.Key, e.Args, e.Fields})
	return string(b), err
}

// unpackFault gives nil for ""; what cannot be read any more is told as such.
func unpackFault(s string) *fault.Error {
	if s == "" {
		return nil
	}
	var x storedFault
	if err := json.Unmarshal([]byte(s), &x); err != nil {
		x = storedFault{Code: fault.Unavailable, Key: "fault.catchup.failed"}
	}
	for _, args := range append([]fault.Args{x.Args}, argsOf(x.Fields)...) {
		for name, v := range args {
			if n, ok := v.(float64); ok { // JSON has no whole numbers
				args[name] = int64(n)
			}
		}
	}
	return &fault.Error{Code: x.Code, Key: x.Key, Args: x.Args, Fields: x.Fields}
}

func argsOf(fields []fault.Field) []fault.Args {
	list := make([]fault.Args, 0, len(fields))
	for _, f := range fields {
		list = append(list, f.Args)
	}
	return list
}
