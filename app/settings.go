package app

import (
	"encoding/base64"
	"slices"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/edge/pdf"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/search"
)

// Settings is bound to the window: Paramètres.
type Settings struct{ desk *desk }

// Company gives the firm's identity and defaults.
func (s *Settings) Company() (company.Firm, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Firm{}, err
	}
	return h.Company.Firm(s.desk.ctx, who)
}

// SaveCompany changes them, whole or not at all.
func (s *Settings) SaveCompany(f company.Firm) (company.Firm, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Firm{}, err
	}
	saved, err := h.Company.SaveGeneral(s.desk.ctx, who, f)
	if err == nil {
		s.desk.app.hub.Changed("company")
		h.CatchUp.Poke() // what lacked a mention of the firm may be made now
	}
	return saved, err
}

// SetLogo replaces the logo by an image given in base64.
func (s *Settings) SetLogo(image string) (company.Firm, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Firm{}, err
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(image))
	if err != nil {
		return company.Firm{}, fault.New(fault.Invalid, "fault.logo").With(err)
	}
	if err := pdf.CheckLogo(b); err != nil { // one that cannot be drawn would keep every paper from being made
		var form fault.Form
		form.Add("logo", "fault.logo")
		return company.Firm{}, form.Err()
	}
	if err := h.Company.SetLogo(s.desk.ctx, who, b); err != nil {
		return company.Firm{}, err
	}
	s.desk.app.hub.Changed("company")
	return h.Company.Firm(s.desk.ctx, who)
}

// Series gives the number patterns with the number that comes next.
func (s *Settings) Series() ([]company.Series, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Company.SeriesList(s.desk.ctx, who)
}

// SavePattern changes how numbers of a kind are written.
func (s *Settings) SavePattern(kind, pattern string) ([]company.Series, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	if err := h.Company.SetPattern(s.desk.ctx, who, kind, pattern); err != nil {
		return nil, err
	}
	return h.Company.SeriesList(s.desk.ctx, who)
}

// Mail gives how mail leaves; the password is never read back.
func (s *Settings) Mail() (outbox.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return outbox.Settings{}, err
	}
	return h.Outbox.MailSettings(s.desk.ctx, who)
}

// SaveMail changes it.
func (s *Settings) SaveMail(m outbox.SettingsChange) (outbox.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return outbox.Settings{}, err
	}
	return h.Outbox.SaveMailSettings(s.desk.ctx, who, m)
}

// TestStep is one step of trying the mail server, in the reader's language.
type TestStep struct {
	Step   string `json:"step"`
	Label  string `json:"label"`
	OK     bool   `json:"ok"`
	Answer string `json:"answer"`
	Advice string `json:"advice"`
}

// TestMail tries the settings as they are typed: connects, encrypts, signs in, sends to
// oneself. It changes nothing.
func (s *Settings) TestMail(m outbox.SettingsChange) ([]TestStep, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	steps, err := h.Outbox.TestMail(s.desk.ctx, who, m, "", nil)
	list := make([]TestStep, 0, len(steps))
	for _, x := range steps {
		v := TestStep{Step: x.Name, Label: s.desk.t("mail.step."+x.Name, nil), OK: x.OK, Answer: s.desk.answer(outbox.ReplyOf(x.Answer))}
		if x.Advice != "" && locale.Has(s.desk.lang, x.Advice) {
			v.Advice = s.desk.t(x.Advice, nil)
		}
		list = append(list, v)
	}
	return list, err
}

// Portal gives the portal's settings.
func (s *Settings) Portal() (company.Portal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Portal{}, err
	}
	return h.Company.PortalSettings(s.desk.ctx, who)
}

// SavePortal changes them and opens or closes the portal as they say.
func (s *Settings) SavePortal(p company.Portal) (company.Portal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Portal{}, err
	}
	if err := h.Company.SavePortalSettings(s.desk.ctx, who, p); err != nil {
		return company.Portal{}, err
	}
	h.portal.restart(s.desk.ctx, h)
	s.desk.app.hub.Changed("portal")
	return h.Company.PortalSettings(s.desk.ctx, who)
}

// Choice is one choice of a form.
type Choice struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Countries gives the countries for forms, named in the reader's language.
func (s *Settings) Countries() ([]Choice, error) { return s.desk.countries(), nil }

func (d *desk) countries() []Choice {
	list := []Choice{}
	for _, code := range ident.Countries() {
		list = append(list, Choice{Code: code, Label: d.t("country."+code, nil)})
	}
	// By the key of names that lists are sorted by: whole collation tables are more than a megabyte of program for one list.
	slices.SortFunc(list, func(a, b Choice) int { return strings.Compare(search.SortKey(a.Label), search.SortKey(b.Label)) })
	return list
}
