package app

import (
	"strconv"

	"comptoir/edge/provision"
	"comptoir/office/provisioning"
)

// Provisioning is bound to the window: the section Interface d'approvisionnement.
type Provisioning struct{ desk *desk }

// APIToken is a token as the window shows it.
type APIToken struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Hint      string   `json:"hint"`
	Scopes    []string `json:"scopes"`
	CreatedBy string   `json:"createdBy"`
	CreatedAt string   `json:"createdAt"`
	ExpiresAt string   `json:"expiresAt"` // "" = never
	State     string   `json:"state"`     // active, expired, revoked
	UsedAt    string   `json:"usedAt"`    // "" = never
	UsedFrom  string   `json:"usedFrom"`
}

// APIWebhook is an address that is told of events.
type APIWebhook struct {
	ID           string   `json:"id"`
	URL          string   `json:"url"`
	Description  string   `json:"description"`
	Events       []string `json:"events"`
	State        string   `json:"state"` // on, off, failing
	FailingSince string   `json:"failingSince"`
	Queued       int64    `json:"queued"`
	Failed       int64    `json:"failed"`
	Version      int64    `json:"version"`
}

// APIView is the section.
type APIView struct {
	On       bool         `json:"on"`
	SPID     string       `json:"spid"`
	Base     string       `json:"base"` // address of the interface, "" while the portal is closed
	Docs     string       `json:"docs"` // address of its page, likewise
	Scopes   []string     `json:"scopes"`
	Events   []string     `json:"events"`
	Tokens   []APIToken   `json:"tokens"`
	Webhooks []APIWebhook `json:"webhooks"`
}

// View gives the whole section.
func (s *Provisioning) View() (APIView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return APIView{}, err
	}
	v := APIView{Scopes: []string{}, Events: provisioning.Kinds(), Tokens: []APIToken{}, Webhooks: []APIWebhook{}}
	set, err := h.Provisioning.Settings(s.desk.ctx, who)
	if err != nil {
		return APIView{}, err
	}
	v.On, v.SPID = set.On, set.SPID
	if base := h.portal.base(); base != "" {
		v.Base, v.Docs = base+provision.Base, base+provision.Base+"/docs?lang="+s.desk.lang
	}
	v.Scopes = scopeNames(provisioning.Scopes())
	for _, t := range set.Tokens {
		v.Tokens = append(v.Tokens, APIToken{ID: t.PublicID, Name: t.Name, Hint: t.Hint, Scopes: scopeNames(t.Scopes), CreatedBy: t.CreatedBy, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, State: t.State, UsedAt: t.UsedAt, UsedFrom: t.UsedFrom})
	}
	hooks, err := h.Provisioning.Webhooks(s.desk.ctx, who)
	for _, w := range hooks {
		v.Webhooks = append(v.Webhooks, APIWebhook{ID: w.PublicID, URL: w.URL, Description: w.Description, Events: w.Events, State: w.State, FailingSince: w.FailingSince, Queued: w.Queued, Failed: w.Failed, Version: w.Version})
	}
	return v, err
}

func scopeNames(list []provisioning.Scope) []string {
	names := make([]string, 0, len(list))
	for _, x := range list {
		names = append(names, string(x))
	}
	return names
}

// SetOn switches the interface on or off, at once.
func (s *Provisioning) SetOn(on bool) (APIView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return APIView{}, err
	}
	if err := h.Provisioning.SetOn(s.desk.ctx, who, on); err != nil {
		return APIView{}, err
	}
	return s.View()
}

// APITokenForm asks for a token.
type APITokenForm struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Scopes  []string `json:"scopes"`
	Expires string   `json:"expires"` // last day, "" = never
}

// APISecret is a secret that was just made: it is told once.
type APISecret struct {
	ID     string `json:"id"`
	Secret string `json:"secret"` // "" where nothing was made
}

// CreateToken makes a token.
func (s *Provisioning) CreateToken(in APITokenForm) (APISecret, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return APISecret{}, err
	}
	m, err := h.Provisioning.CreateToken(s.desk.ctx, who, provisioning.NewToken{Key: in.Key, Name: in.Name, Scopes: in.Scopes, Expires: in.Expires})
	return APISecret{m.PublicID, m.Secret}, err
}

// RevokeToken ends a token at once.
func (s *Provisioning) RevokeToken(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Provisioning.RevokeToken(s.desk.ctx, who, id)
}

// APIWebhookForm makes (no id) or changes a webhook.
type APIWebhookForm struct {
	Key         string   `json:"key"`
	ID          string   `json:"id"`
	URL         string   `json:"url"`
	Description string   `json:"description"`
	Events      []string `json:"events"`
	On          bool     `json:"on"`
	Version     int64    `json:"version"`
}

// SaveWebhook makes or changes a webhook; of a new one it gives the secret.
func (s *Provisioning) SaveWebhook(in APIWebhookForm) (APISecret, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return APISecret{}, err
	}
	m, err := h.Provisioning.SaveWebhook(s.desk.ctx, who, provisioning.SaveWebhook{Key: in.Key, PublicID: in.ID, URL: in.URL, Description: in.Description, Events: in.Events, On: in.On, Version: in.Version})
	return APISecret{m.PublicID, m.Secret}, err
}

// RemoveWebhook takes a webhook away.
func (s *Provisioning) RemoveWebhook(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Provisioning.RemoveWebhook(s.desk.ctx, who, id)
}

// TestWebhook sends an event that says nothing.
func (s *Provisioning) TestWebhook(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Provisioning.PingWebhook(s.desk.ctx, who, id)
}

// APIDelivery is one event on its way to an address.
type APIDelivery struct {
	Cursor      int64  `json:"cursor"`
	ID          string `json:"id"`
	EventID     string `json:"eventId"`
	Kind        string `json:"kind"`
	State       string `json:"state"` // queued, delivered, failed
	Attempts    int64  `json:"attempts"`
	NextAt      string `json:"nextAt"`
	Answer      string `json:"answer"` // status, or why none came
	DeliveredAt string `json:"deliveredAt"`
	CreatedAt   string `json:"createdAt"`
}

// Deliveries gives what was told to a webhook, the newest first, before a cursor (0: the newest).
func (s *Provisioning) Deliveries(id string, before int64) ([]APIDelivery, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Provisioning.Deliveries(s.desk.ctx, who, id, before)
	list := make([]APIDelivery, 0, len(rows))
	for _, r := range rows {
		d := APIDelivery{Cursor: r.ID, ID: r.PublicID, EventID: r.EventID, Kind: r.Kind, State: r.State, Attempts: r.Attempts, NextAt: r.NextAt, Answer: s.desk.reason(r.Why), DeliveredAt: r.DeliveredAt, CreatedAt: r.CreatedAt}
		if r.Status != 0 {
			d.Answer = strconv.FormatInt(r.Status, 10)
		}
		list = append(list, d)
	}
	return list, err
}

// Redeliver sends an event once more.
func (s *Provisioning) Redeliver(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Provisioning.Redeliver(s.desk.ctx, who, id)
}
