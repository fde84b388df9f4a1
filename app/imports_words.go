package app

import (
	"strconv"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/imports"
)

// How files of other programs are told to people, in the window and on the command line.

// cell writes a value of a preview as it would be read afterwards.
func (d *desk) cell(v imports.Value) string {
	switch v.Kind {
	case "amount":
		return locale.Amount(d.lang, v.Figure, money.Currency(v.Currency))
	case "price":
		return locale.UnitPrice(d.lang, v.Figure, money.Currency(v.Currency)) + " " + v.Currency
	case "date":
		if day, err := civil.Parse(v.Text); err == nil {
			return locale.Date(d.lang, day)
		}
	case "choice":
		for _, prefix := range []string{"common.kind.", "common.nature.", "unit.", "common.import.language."} {
			if locale.Has(d.lang, prefix+v.Text) {
				return d.t(prefix+v.Text, nil)
			}
		}
	case "yesno":
		return d.t("common.import.answer."+v.Text, nil)
	}
	return v.Text
}

// ImportLabel names a field for people: a price list by its own name.
func ImportLabel(lang locale.Lang, fields []imports.Field, id string) string {
	for _, f := range fields {
		if f.ID == id && f.Name != "" {
			return locale.T(lang, "common.import.price_list", map[string]any{"name": f.Name})
		}
	}
	if id == "" {
		return ""
	}
	return locale.T(lang, "common.import.field."+id, nil)
}

func problemOf(lang locale.Lang, fields []imports.Field, p imports.Problem) ImportProblem {
	_, message := fieldText(lang, fault.Field{Key: p.Key, Args: p.Args})
	return ImportProblem{Row: p.Row, Column: ImportLabel(lang, fields, p.Field), Value: p.Value, Message: message}
}

// columnsOf shows each column of the file with a few of its values.
func columnsOf(t imports.Table, o imports.Options) []ImportColumn {
	list := make([]ImportColumn, len(o.Columns))
	for i := range list {
		c := ImportColumn{Head: strconv.Itoa(i + 1), Field: o.Columns[i], Samples: []string{}}
		if o.Head > 0 && o.Head <= len(t.Rows) && i < len(t.Rows[o.Head-1]) && strings.TrimSpace(t.Rows[o.Head-1][i]) != "" {
			c.Head = short(t.Rows[o.Head-1][i])
		}
		for _, row := range t.Rows[min(o.Head, len(t.Rows)):min(o.Head+200, len(t.Rows))] {
			if i < len(row) && strings.TrimSpace(row[i]) != "" && len(c.Samples) < 3 {
				c.Samples = append(c.Samples, short(row[i]))
			}
		}
		list[i] = c
	}
	return list
}

func short(s string) string {
	if r := []rune(strings.TrimSpace(s)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return strings.TrimSpace(s)
}

// ImportReport is what the command line tells of a file: the same check, the same words.
type ImportReport struct {
	Stored   bool            `json:"stored"`
	Rows     int             `json:"rows"`
	Made     int             `json:"made"`
	Changed  int             `json:"changed"`
	Skipped  int             `json:"skipped"`
	Faults   int             `json:"faults"`
	Problems []ImportProblem `json:"problems"`
}

// TellImport writes a check in the reader's words.
func TellImport(lang locale.Lang, fields []imports.Field, r imports.Report) ImportReport {
	told := ImportReport{Rows: r.Rows, Made: r.Made, Changed: r.Changed, Skipped: r.Skipped, Faults: r.Faults, Problems: []ImportProblem{}}
	for _, p := range r.Problems {
		told.Problems = append(told.Problems, problemOf(lang, fields, p))
	}
	return told
}
