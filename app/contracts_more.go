package app

import (
	"strings"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/contracts"
)

// ContractEvent is what falls on a day of the calendar.
type ContractEvent struct {
	Kind         string `json:"kind"` // start, end, notice, renewal, milestone, approval, signature
	ContractID   string `json:"contractId"`
	Number       string `json:"number"`
	Title        string `json:"title"`
	CustomerName string `json:"customerName"`
	Text         string `json:"text"` // a sentence of its own
	Late         bool   `json:"late"`
	InPortal     bool   `json:"inPortal"` // visible in the portal
}

// ContractDay is a day of the calendar.
type ContractDay struct {
	On      string          `json:"on"`
	InMonth bool            `json:"inMonth"`
	Items   []ContractEvent `json:"items"` // the first ones
	More    int             `json:"more"`  // how many besides
}

// ContractWeek is a week of the calendar, from Monday.
type ContractWeek struct {
	Days []ContractDay `json:"days"`
}

// ContractCalendar is a month in whole weeks.
type ContractCalendar struct {
	Month string         `json:"month"` // YYYY-MM
	Title string         `json:"title"`
	Today string         `json:"today"`
	Prev  string         `json:"prev"`
	Next  string         `json:"next"`
	Weeks []ContractWeek `json:"weeks"`
}

// dayItems is how many items a day of the calendar shows.
const dayItems = 20

// Calendar gives what falls into a month, YYYY-MM ("" = that of today).
func (s *Contracts) Calendar(month, customerID, ownerID string) (ContractCalendar, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractCalendar{}, err
	}
	q := contracts.CalendarQuery{CustomerID: customerID, OwnerID: ownerID}
	if month != "" {
		t, err := time.Parse("2006-01", month)
		if err != nil {
			return ContractCalendar{}, fault.New(fault.Invalid, "fault.not_a_date")
		}
		q.Year, q.Month = t.Year(), t.Month()
	}
	c, err := h.Contracts.Calendar(s.desk.ctx, who, q)
	if err != nil {
		return ContractCalendar{}, err
	}
	return s.desk.contractCalendar(c), nil
}

func (d *desk) contractCalendar(c contracts.Calendar) ContractCalendar {
	v := ContractCalendar{Month: c.Month.Period(), Title: locale.Month(d.lang, c.Month), Today: c.Today.String(), Prev: c.Month.AddMonths(-1).Period(), Next: c.Month.AddMonths(1).Period(), Weeks: []ContractWeek{}}
	events := c.Events
	for on := c.From; !on.After(c.To); on = on.AddDays(1) {
		if len(v.Weeks) == 0 || len(v.Weeks[len(v.Weeks)-1].Days) == 7 {
			v.Weeks = append(v.Weeks, ContractWeek{Days: []ContractDay{}})
		}
		x := ContractDay{On: on.String(), InMonth: on.Month == c.Month.Month, Items: []ContractEvent{}}
		for ; len(events) > 0 && events[0].On == on; events = events[1:] {
			if len(x.Items) == dayItems {
				x.More++
				continue
			}
			e := events[0]
			x.Items = append(x.Items, ContractEvent{Kind: e.Kind, ContractID: e.ContractID, Number: e.Number, Title: e.Title, CustomerName: e.CustomerName, Late: e.Late, InPortal: e.InPortal,
				Text: d.t("common.contracts.event."+e.Kind, map[string]any{"number": e.Number, "title": e.Title, "customer": e.CustomerName, "what": e.What})})
		}
		v.Weeks[len(v.Weeks)-1].Days = append(v.Weeks[len(v.Weeks)-1].Days, x)
	}
	return v
}

// ContractHistoryRow is one thing that was done to a contract.
type ContractHistoryRow struct {
	ID   int64  `json:"id"`
	At   string `json:"at"`
	Kind string `json:"kind"` // the action
	Text string `json:"text"`
	Note string `json:"note"` // reason of an end, a refusal …
}

// ContractHistory is a page of a contract's history, the newest first.
type ContractHistory struct {
	Rows []ContractHistoryRow `json:"rows"`
	Next string               `json:"next"`
}

// History gives a page of what was done to a contract.
func (s *Contracts) History(id, cursor string) (ContractHistory, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractHistory{}, err
	}
	list, next, err := h.Contracts.History(s.desk.ctx, who, id, cursor)
	v := ContractHistory{Rows: []ContractHistoryRow{}, Next: next}
	for _, x := range list {
		key := "history." + x.Action
		if !locale.Has(s.desk.lang, key) {
			continue
		}
		args := s.desk.happened(x)
		row := ContractHistoryRow{ID: x.ID, At: x.At, Kind: x.Action, Text: s.desk.t(key, args)}
		if reason, ok := x.Details["reason"].(string); ok {
			row.Note = reason
		}
		v.Rows = append(v.Rows, row)
	}
	return v, err
}

// happened gives the arguments of a text of the history: the details as people write them.
func (d *desk) happened(x contracts.Happened) map[string]any {
	args := map[string]any{"actor": d.actorName(x.By)}
	for name, value := range x.Details {
		switch v := value.(type) {
		case string:
			args[name] = v
			if on, err := civil.Parse(v); err == nil {
				args[name] = on
			}
		case float64:
			args[name] = int64(v)
		case bool, nil:
			args[name] = v
		case []any:
			args[name] = d.listed(name, v)
		}
	}
	return args
}

// listed writes a list of the audit log: names of fields in words, others as they are.
func (d *desk) listed(name string, list []any) string {
	words := make([]string, 0, len(list))
	for _, x := range list {
		word, _ := x.(string)
		if key := "history.contract.field." + word; name == "fields" && locale.Has(d.lang, key) {
			word = d.t(key, nil)
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// TellRenewal writes to a consumer that the contract renews itself (C. conso., art. L215-1).
func (s *Contracts) TellRenewal(id, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	v, err := h.Contracts.TellRenewal(s.desk.ctx, who, contracts.Act{Key: key, ContractID: id})
	if err != nil {
		return Done{}, err
	}
	return Done{ID: v.PublicID, Number: v.Number, Mailed: true, Message: s.desk.t("common.contracts.done.told", map[string]any{"customer": v.CustomerName})}, nil
}

func exportContractRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Contracts.List(e.ctx(), e.who, contracts.ListQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, EndsFrom: q.From, EndsTo: q.To,
		TypeID: e.params.Get("typeId"), OwnerID: e.params.Get("ownerId"), Portal: e.params.Get("portal")})
	for _, r := range rows {
		c := string(r.Currency)
		portal := ""
		if r.InPortal {
			portal = e.d.t("window.export.contract.shown", nil)
		}
		e.row(r.Number, r.Title, r.CustomerName, r.TypeName, e.d.t("common.contracts.state."+string(r.Status), nil), r.OwnerName, isoDay(r.Terms.Start.String()), isoDay(r.Standing.Term.To.String()), isoDay(r.Standing.DecideBy.String()),
			e.d.t("common.contracts.renewal."+string(r.Terms.Renewal), nil), isoDay(r.SignedOn.String()), c, amount(r.ValueMinor, c), portal)
	}
	return next, err
}
