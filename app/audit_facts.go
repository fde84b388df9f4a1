package app

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/audit"
)

// factNames are the names of the rows whose ids stand in details, by kind and id.
type factNames map[string]map[int64]string

// factNames looks them up for a page of the log, one kind at a time.
func (d *desk) factNames(h *House, who actor.Actor, rows []db.AuditRow) (factNames, error) {
	wanted := map[string][]int64{}
	for _, r := range rows {
		var all map[string]any
		if json.Unmarshal([]byte(r.Details), &all) != nil {
			continue
		}
		for name, v := range all {
			if kind, are := audit.IDs(r.Action, name); are && kind != "" {
				wanted[kind] = append(wanted[kind], idsIn(v)...)
			}
		}
	}
	names := factNames{}
	for kind, ids := range wanted {
		found, err := h.Audit.Names(d.ctx, who, kind, ids)
		if err != nil {
			return nil, err
		}
		names[kind] = found
	}
	return names, nil
}

// idsIn are the ids of a detail: one, or a list of them.
func idsIn(v any) (ids []int64) {
	switch x := v.(type) {
	case float64:
		ids = append(ids, int64(x))
	case []any:
		for _, y := range x {
			ids = append(ids, idsIn(y)...)
		}
	}
	return ids
}

// auditFacts tells the details: rows by their names; one that has none says nothing to people and stays away.
func (d *desk) auditFacts(r db.AuditRow, names factNames, zone *time.Location) []AuditFact {
	facts := []AuditFact{}
	var all map[string]any
	if json.Unmarshal([]byte(r.Details), &all) != nil {
		return facts
	}
	say := factTeller{d, r.Currency, zone}
	if own, is := all["currency"].(string); is {
		say.currency = own
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		var value string
		key := "common.fact." + name
		if kind, are := audit.IDs(r.Action, name); are && (kind == "" || len(idsIn(all[name])) > 0) {
			value = names.of(kind, all[name])
			if person := key + "_person"; locale.Has(d.lang, person) { // "from" is the beginning of a period, too
				key = person
			}
		} else {
			value = say.text(name, all[name])
		}
		if value == "" {
			continue
		}
		label := name
		if locale.Has(d.lang, key) {
			label = d.t(key, nil)
		}
		facts = append(facts, AuditFact{Name: label, Value: value})
	}
	return facts
}

func (n factNames) of(kind string, v any) string {
	told := []string{}
	for _, id := range idsIn(v) {
		if name := n[kind][id]; name != "" {
			told = append(told, name)
		}
	}
	return strings.Join(told, ", ")
}

// factTeller tells the details of one row: figures in its currency, instants in the firm's time zone.
type factTeller struct {
	*desk
	currency string
	zone     *time.Location
}

func (d factTeller) text(name string, v any) string {
	switch x := v.(type) {
	case bool:
		return d.yes(x)
	case float64:
		return d.figure(name, x)
	case []any:
		words := make([]string, 0, len(x))
		for _, y := range x {
			words = append(words, d.text(name, y))
		}
		return strings.Join(words, ", ")
	case string:
		if name == "fields" && strings.Contains(x, ",") { // users' names of fields stand in one line
			return d.text(name, anyOf(strings.Split(x, ",")))
		}
		return d.words(name, x)
	case nil:
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func (d factTeller) yes(yes bool) string {
	if yes {
		return d.t("common.yes", nil)
	}
	return d.t("common.no", nil)
}

// valuesOf are the texts of what details hold that stands elsewhere in the catalogue.
var valuesOf = map[string]string{"country": "country.", "set": "window.hours.set_", "scopes": "window.api.scope.", "events": "window.api.event."}

// words tells what a detail says: a word of the catalogue, a day, an instant, or what somebody typed.
func (d factTeller) words(name, x string) string {
	keys := []string{"common." + name + "." + x, "common.said." + x}
	if prefix := valuesOf[name]; prefix != "" {
		keys = append(keys, prefix+x, prefix+strings.NewReplacer(":", "_", ".", "_").Replace(x))
	}
	for _, key := range keys {
		if locale.Has(d.lang, key) {
			return d.t(key, nil)
		}
	}
	if day, err := civil.Parse(x); err == nil {
		return locale.Date(d.lang, day)
	}
	if at, err := time.Parse(time.RFC3339, x); err == nil {
		return locale.DateTime(d.lang, at, d.zone)
	}
	return x
}

// figure tells a number in the unit that its name says: minor units, ten-thousandths of a price, thousandths of a per cent.
func (d factTeller) figure(name string, x float64) string {
	switch {
	case strings.HasSuffix(name, "_minor") && d.currency != "":
		return locale.Amount(d.lang, int64(x), money.Currency(d.currency))
	case strings.HasSuffix(name, "_e4"):
		return locale.Number(d.lang, int64(x))
	case name == "pcm":
		return locale.Rate(d.lang, int64(x))
	case name == "in_portal" || name == "with_mail": // as the rows keep them
		return d.yes(x != 0)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func anyOf(list []string) []any {
	all := make([]any, 0, len(list))
	for _, s := range list {
		all = append(all, s)
	}
	return all
}
