package provisioning

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Kinds are the kinds of event, as the window offers them; ping is sent by its button only.
func Kinds() []string {
	return []string{"account.created", "account.updated", "account.suspended", "account.resumed", "invoice.issued", "invoice.paid", "credit.issued", "payment.recorded", "quote.approved", "quote.refused", "contract.signed"}
}

const ping = "ping"

// Webhook is an address that is told of events.
type Webhook struct {
	PublicID     string
	URL          string
	Description  string
	Events       []string
	State        string // on, off, failing
	FailingSince string // instant, "" = it answers
	Queued       int64
	Failed       int64
	Version      int64
	CreatedAt    string
}

// SaveWebhook makes a webhook (no PublicID) or changes one.
type SaveWebhook struct {
	Key         string
	PublicID    string
	URL         string
	Description string
	Events      []string
	On          bool
	Version     int64
}

// Webhooks gives the addresses that are told of events.
func (s *Service) Webhooks(ctx context.Context, who actor.Actor) (list []Webhook, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return nil, err
	}
	list = []Webhook{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Webhooks(ctx, maxWebhooks)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w := Webhook{PublicID: r.PublicID, URL: r.Url, Description: r.Description, Events: kindsOf(r.Events), State: r.State, FailingSince: value(r.FailingSince), Version: r.Version, CreatedAt: r.CreatedAt}
			if w.Queued, err = q.CountWebhookDeliveries(ctx, gen.CountWebhookDeliveriesParams{WebhookID: r.ID, State: "queued"}); err != nil {
				return err
			}
			if w.Failed, err = q.CountWebhookDeliveries(ctx, gen.CountWebhookDeliveriesParams{WebhookID: r.ID, State: "failed"}); err != nil {
				return err
			}
			list = append(list, w)
		}
		return nil
	})
	return list, err
}

// SaveWebhook makes or changes a webhook. Of a new one it gives the secret that signs what is
// sent there: the only time that it is told. Saving one that failed tries it again.
func (s *Service) SaveWebhook(ctx context.Context, who actor.Actor, in SaveWebhook) (m Made, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Made{}, err
	}
	if err := checkWebhook(&in); err != nil {
		return Made{}, err
	}
	var random [32]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return Made{}, err
	}
	secret := "whsec_" + base64.RawURLEncoding.EncodeToString(random[:])
	events, err := json.Marshal(in.Events)
	if err != nil {
		return Made{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { s.Changed("provisioning") })
		if in.PublicID != "" {
			m.PublicID = in.PublicID
			return s.changeWebhook(ctx, tx, who, in, string(events))
		}
		ran := false
		if err := audit.Once(ctx, tx, in.Key, "api.webhook", in, &m.PublicID, func() error {
			ran, m.Secret = true, secret
			m.PublicID, err = s.insertWebhook(ctx, tx, who, in, string(events), secret)
			return err
		}); err != nil {
			return err
		}
		if !ran {
			return fault.New(fault.Conflict, "fault.api.told_once")
		}
		return nil
	})
	if err != nil {
		return Made{}, err
	}
	return m, nil
}

func (s *Service) insertWebhook(ctx context.Context, tx *db.Tx, who actor.Actor, in SaveWebhook, events, secret string) (string, error) {
	rows, err := tx.Webhooks(ctx, maxWebhooks)
	if err != nil {
		return "", err
	}
	if len(rows) >= maxWebhooks {
		var form fault.Form
		form.Add("url", "fault.api.too_many_webhooks", "max", maxWebhooks)
		return "", form.Err()
	}
	publicID := s.IDs()
	sealed, err := s.Seal.Seal(secretName(publicID), []byte(secret))
	if err != nil {
		return "", err
	}
	if err := tx.PutSecret(ctx, gen.PutSecretParams{Name: secretName(publicID), Sealed: sealed, UpdatedAt: tx.Stamp()}); err != nil {
		return "", err
	}
	id, err := tx.InsertWebhook(ctx, gen.InsertWebhookParams{PublicID: publicID, Url: in.URL, Description: in.Description, Events: events, CreatedAt: tx.Stamp()})
	if err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "api.webhook_made", ObjectKind: "webhook", ObjectID: id, Details: map[string]any{"events": in.Events}})
}

func (s *Service) changeWebhook(ctx context.Context, tx *db.Tx, who actor.Actor, in SaveWebhook, events string) error {
	before, err := tx.WebhookByPublicID(ctx, in.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	p := gen.UpdateWebhookParams{ID: before.ID, Version: in.Version, Url: in.URL, Description: in.Description, Events: events, State: map[bool]string{true: "on", false: "off"}[in.On]}
	n, err := tx.UpdateWebhook(ctx, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	fields := []string{}
	for name, differs := range map[string]bool{"url": before.Url != p.Url, "description": before.Description != p.Description, "events": before.Events != p.Events, "state": before.State != p.State} {
		if differs {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return audit.Write(ctx, tx, who, audit.Record{Action: "api.webhook_changed", ObjectKind: "webhook", ObjectID: before.ID, Details: map[string]any{"fields": fields}})
}

func secretName(publicID string) string { return "webhook." + publicID }

func checkWebhook(in *SaveWebhook) error {
	var form fault.Form
	text.Each(text.Line, &in.URL, &in.Description)
	in.URL = strings.TrimSpace(in.URL)
	form.Need("url", in.URL)
	form.MaxLen("url", in.URL, 500)
	form.MaxLen("description", in.Description, 120)
	if u, err := url.Parse(in.URL); in.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "") {
		form.Add("url", "fault.api.url")
	}
	if len(in.Events) == 0 {
		form.Add("events", "fault.required")
	}
	for _, k := range in.Events {
		if !slices.Contains(Kinds(), k) {
			form.Add("events", "fault.choice")
		}
	}
	return form.Err()
}

// RemoveWebhook takes a webhook away, with its secret. What was told stays in the file.
func (s *Service) RemoveWebhook(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := tx.WebhookByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		at := tx.Stamp()
		if _, err := tx.RemoveWebhook(ctx, gen.RemoveWebhookParams{ID: w.ID, RemovedAt: &at}); err != nil {
			return err
		}
		if err := tx.DeleteSecret(ctx, secretName(publicID)); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("provisioning") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "api.webhook_removed", ObjectKind: "webhook", ObjectID: w.ID})
	})
}

// PingWebhook queues an event that says nothing, to see whether the address answers.
func (s *Service) PingWebhook(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := tx.WebhookByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		tx.AfterCommit(func() { s.Changed("provisioning") })
		return s.tell(ctx, tx, told{kind: ping, at: tx.Stamp(), data: map[string]any{}}, []int64{w.ID})
	})
}

// Delivery is one event on its way to one address.
type Delivery struct {
	ID          int64 // cursor
	PublicID    string
	EventID     string
	Kind        string
	State       string // queued, delivered, failed
	Attempts    int64
	NextAt      string
	Status      int64  // HTTP, 0 = none came
	Why         string // key of a text
	DeliveredAt string
	CreatedAt   string
}

// Deliveries gives what was told, or is to be told, to an address: the newest first, those
// before an id (0: the newest).
func (s *Service) Deliveries(ctx context.Context, who actor.Actor, publicID string, before int64) (list []Delivery, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	list = []Delivery{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := q.WebhookByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.WebhookDeliveries(ctx, gen.WebhookDeliveriesParams{WebhookID: w.ID, BeforeID: before, RowLimit: 50})
		for _, r := range rows {
			list = append(list, Delivery{ID: r.ID, PublicID: r.PublicID, EventID: eventID(r.EventPublicID), Kind: r.Kind, State: r.State, Attempts: r.Attempts, NextAt: r.NextAttemptAt, Status: r.LastStatus, Why: r.LastAnswer,
				DeliveredAt: value(r.DeliveredAt), CreatedAt: r.CreatedAt})
		}
		return err
	})
	return list, err
}

// Redeliver sends an event once more, with the same id and the same body.
func (s *Service) Redeliver(ctx context.Context, who actor.Actor, deliveryID string) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := tx.WebhookOfDelivery(ctx, deliveryID)
		if err != nil {
			return db.NotFound(err)
		}
		if _, err := tx.RequeueWebhookDelivery(ctx, gen.RequeueWebhookDeliveryParams{PublicID: deliveryID, Now: tx.Stamp()}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("provisioning") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "api.webhook_redelivered", ObjectKind: "webhook", ObjectID: w.ID})
	})
}

func kindsOf(stored string) []string {
	list := []string{}
	if err := json.Unmarshal([]byte(stored), &list); err != nil {
		return []string{}
	}
	return list
}

// Sign gives the value of Comptoir-Signature: the moment, and HMAC-SHA256 of "moment.body" under
// the webhook's secret, in hexadecimal.
func Sign(secret string, at time.Time, body []byte) string {
	moment := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%s.%s", moment, body) // a hash never fails
	return "t=" + moment + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
