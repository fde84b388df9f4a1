package company

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// Owner is the principal user of the firm: the one at the window.
type Owner struct {
	ID       int64  `json:"-"`
	PublicID string `json:"publicId"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language"`
	Theme    string `json:"theme"` // auto, light, dark
}

// Owner gives the principal user.
func (s *Service) Owner(ctx context.Context) (o Owner, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		u, err := q.PrincipalUser(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		o = Owner{ID: u.ID, PublicID: u.PublicID, Name: u.Name, Email: u.Email, Language: u.Language, Theme: u.Theme}
		return nil
	})
	return o, err
}

// SetPreferences changes the language and the theme of the window for the one who asks.
func (s *Service) SetPreferences(ctx context.Context, who actor.Actor, language, theme string) error {
	if err := who.NeedStaff(); err != nil { // their own window: no role keeps anybody from it
		return err
	}
	var form fault.Form
	if language != "fr" && language != "en" {
		form.Add("language", "fault.choice")
	}
	if theme != "auto" && theme != "light" && theme != "dark" {
		form.Add("theme", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.SetUserPreferences(ctx, gen.SetUserPreferencesParams{ID: who.ID, Language: language, Theme: theme})
	})
}

// Portal are the portal's settings.
type Portal struct {
	Enabled        bool   `json:"enabled"`
	Address        string `json:"address"`   // "" = every address of this machine
	Port           int64  `json:"port"`      // 0 = any free one
	Transport      string `json:"transport"` // https, http
	HostName       string `json:"hostName"`  // put into links; "" = chosen by the program
	LinkDays       int64  `json:"linkDays"`
	PasswordAlways bool   `json:"passwordAlways"`
	MessageFR      string `json:"messageFr"`
	MessageEN      string `json:"messageEn"`
	FreeGroupID    string `json:"freeGroupId"` // public id of the group that anybody may register in (Inscription libre); "" = off
	Version        int64  `json:"version"`
}

// PortalSettings gives the portal's settings.
func (s *Service) PortalSettings(ctx context.Context, who actor.Actor) (p Portal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Portal{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		p, err = portalSettings(ctx, q)
		return err
	})
	return p, err
}

func portalSettings(ctx context.Context, q *gen.Queries) (p Portal, err error) {
	r, err := q.GetPortalSettings(ctx)
	if err != nil {
		return Portal{}, db.NotFound(err)
	}
	p = Portal{Enabled: r.Enabled == 1, Address: r.Address, Port: r.Port, Transport: r.Transport, HostName: r.HostName,
		LinkDays: r.LinkDays, PasswordAlways: r.PasswordAlways == 1, MessageFR: r.MessageFr, MessageEN: r.MessageEn, Version: r.Version}
	p.FreeGroupID, err = freeGroup(ctx, q)
	return p, err
}

// SavePortalSettings changes the portal's settings; what listens is the composition root's matter.
func (s *Service) SavePortalSettings(ctx context.Context, who actor.Actor, p Portal) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	var form fault.Form
	trimAll(&p.Address, &p.HostName)
	if p.Port < 0 || p.Port > 65535 || (p.Port > 0 && p.Port < 1024) {
		form.Add("port", "fault.range", "min", 1024, "max", 65535)
	}
	if p.Transport != "https" && p.Transport != "http" {
		form.Add("transport", "fault.choice")
	}
	if p.Address != "" && p.Address != "localhost" && !isIP(p.Address) {
		form.Add("address", "fault.listen_address")
	}
	if p.LinkDays < 1 || p.LinkDays > 730 {
		form.Add("linkDays", "fault.range", "min", 1, "max", 730)
	}
	if strings.ContainsAny(p.HostName, " /:@?#") || len(p.HostName) > 253 {
		form.Add("hostName", "fault.host_name")
	}
	form.MaxLen("messageFr", p.MessageFR, 2000)
	form.MaxLen("messageEn", p.MessageEN, 2000)
	if err := form.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := portalSettings(ctx, tx.Queries)
		if err != nil {
			return err
		}
		free, err := s.putFree(ctx, tx, who, p.FreeGroupID)
		if err != nil {
			return err
		}
		n, err := tx.UpdatePortalSettings(ctx, gen.UpdatePortalSettingsParams{Enabled: flag(p.Enabled), Address: p.Address, Port: p.Port, Transport: p.Transport,
			HostName: p.HostName, LinkDays: p.LinkDays, PasswordAlways: flag(p.PasswordAlways), MessageFr: p.MessageFR, MessageEn: p.MessageEN, FreeGroupID: free, Version: p.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "portal.settings_changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"enabled": p.Enabled, "transport": p.Transport, "fields": audit.Changed(before, p)}})
	})
}

// PortalIdentity is what the portal shows of the firm to anybody.
type PortalIdentity struct {
	Name, Accent, LogoSHA256       string
	SupportEmail, SupportPhone     string
	SupportHoursFR, SupportHoursEN string
	Language, TimeZone, Country    string
	Terms                          string // of its invoices, shown before anybody subscribes
	IsDemo                         bool
	MessageFR, MessageEN           string
	PasswordAlways                 bool
	LinkDays                       int
	FreeGroupID                    string // group that anybody may register in, "" = none
}

// PortalIdentity gives it.
func (s *Service) PortalIdentity(ctx context.Context) (p PortalIdentity, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		f, err := Get(ctx, q)
		if err != nil {
			return err
		}
		r, err := q.GetPortalSettings(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		p = PortalIdentity{Name: f.Name, Accent: f.Accent, LogoSHA256: f.LogoSHA256, SupportEmail: f.SupportEmail, SupportPhone: f.SupportPhone,
			SupportHoursFR: f.SupportHoursFR, SupportHoursEN: f.SupportHoursEN, Language: f.Language, TimeZone: f.TimeZone, Country: f.Country, Terms: f.InvoiceTerms, IsDemo: f.IsDemo, MessageFR: r.MessageFr, MessageEN: r.MessageEn,
			PasswordAlways: r.PasswordAlways == 1, LinkDays: int(r.LinkDays)}
		p.FreeGroupID, err = freeGroup(ctx, q)
		return err
	})
	return p, err
}

// Series is one kind of number with its pattern and its next number of this year.
type Series struct {
	Kind    string `json:"kind"`
	Pattern string `json:"pattern"`
	Example string `json:"example"` // the next number, as it will be
	Used    bool   `json:"used"`    // numbers were given already this year: the pattern waits for the next year
}

// SeriesList gives the number patterns with the number that comes next.
func (s *Service) SeriesList(ctx context.Context, who actor.Actor) (list []Series, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		f, err := Get(ctx, q)
		if err != nil {
			return err
		}
		patterns, err := q.SeriesPatterns(ctx)
		if err != nil {
			return err
		}
		year := f.Today(s.db.Now()).Year
		list = make([]Series, 0, len(patterns))
		for _, p := range patterns {
			x := Series{Kind: p.Kind, Pattern: p.Pattern}
			next, key := int64(1), int64(0)
			if p.Yearly == 1 {
				key = int64(year)
			}
			if row, err := q.GetSeries(ctx, gen.GetSeriesParams{Kind: p.Kind, Year: key}); err == nil {
				next = row.NextNumber
				if x.Used = p.Yearly == 1 && next > 1; x.Used {
					p.Pattern = row.Pattern
				}
			} else if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			if x.Example, err = billing.Number(p.Pattern, year, next); err != nil {
				return err
			}
			list = append(list, x)
		}
		return nil
	})
	return list, err
}

// SetPattern changes how numbers of a kind are written. Series already begun keep their
// pattern to the end of their year, so that a year's numbers look alike.
func (s *Service) SetPattern(ctx context.Context, who actor.Actor, kind, pattern string) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	if err := billing.CheckPattern(pattern); err != nil {
		var form fault.Form
		Field(&form, "pattern", &pattern, func(string) (string, error) { return "", err })
		if form.Empty() {
			form.Need("pattern", "")
		}
		return form.Err()
	}
	usual, known := seriesOf()[kind]
	if !known {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if billing.YearlyPattern(pattern) != billing.YearlyPattern(usual) {
		return (&fault.Error{Code: fault.Invalid, Key: "fault.form", Args: fault.Args{"count": 1}, Fields: []fault.Field{{Path: "pattern", Key: "fault.pattern_year"}}})
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.UpdateSeriesPattern(ctx, gen.UpdateSeriesPatternParams{Kind: kind, Pattern: pattern}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "series.pattern_changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"kind": kind, "fields": []string{"pattern"}}})
	})
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}
