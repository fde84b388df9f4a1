package app

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/control"
	"comptoir/office/sales"
)

// CheckFault is one thing that is wrong, in the reader's language.
type CheckFault struct {
	Area string `json:"area"`
	Key  string `json:"key"`
	Text string `json:"text"`
}

// CheckReport is what a check found, and how much it looked at.
type CheckReport struct {
	Sound   bool             `json:"sound"`
	Faults  []CheckFault     `json:"faults"`
	Counted map[string]int64 `json:"counted"`
}

// Check proves the company: database, books, numbers, chains, stored files.
func (h *House) Check(ctx context.Context, who actor.Actor, lang locale.Lang) (CheckReport, error) {
	r, err := control.New(h.DB, sales.Hash, h.Files).Check(ctx, who, nil)
	v := CheckReport{Sound: r.Sound(), Faults: make([]CheckFault, 0, len(r.Faults)), Counted: r.Counted}
	for _, f := range r.Faults {
		v.Faults = append(v.Faults, CheckFault{Area: f.Area, Key: f.Key, Text: locale.T(lang, f.Key, f.Args)})
	}
	return v, err
}

// CheckCompany opens a folder, checks it and closes it again, for the command line.
func CheckCompany(ctx context.Context, folder string, lang locale.Lang) (r CheckReport, err error) {
	h, err := OpenHouse(ctx, HouseOptions{Folder: folder})
	if err != nil {
		return CheckReport{}, err
	}
	defer func() {
		if cerr := h.Close(ctx); err == nil {
			err = cerr
		}
	}()
	return h.Check(ctx, actor.Shell(lang), lang)
}

// Schema is the newest schema that this program knows.
func Schema() int64 { return db.SchemaVersion() }

// SQLite is the version of the SQLite inside this program.
func SQLite() string { return db.SQLiteVersion() }
