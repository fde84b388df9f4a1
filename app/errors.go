package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
)

// Shown is an error as the window shows it: already in the reader's language.
type Shown struct {
	Code      string            `json:"code"`
	Key       string            `json:"key"`
	Message   string            `json:"message"`
	Fields    map[string]string `json:"fields"`
	Reference string            `json:"reference"`
}

// show turns any error into what a person may see. A fault is translated; everything else
// is logged once, here, and shown as a sentence with a reference (never err.Error()).
func show(ctx context.Context, log *slog.Logger, lang locale.Lang, where string, err error) Shown {
	if f, ok := fault.As(err); ok {
		if f.Err != nil {
			log.ErrorContext(ctx, "refused for a cause", "where", where, "key", f.Key, "cause", f.Err.Error())
		}
		return Shown{Code: string(f.Code), Key: f.Key, Message: locale.T(lang, f.Key, f.Args), Fields: fieldTexts(lang, f.Fields)}
	}
	if errors.Is(err, context.Canceled) {
		return Shown{Code: "cancelled", Key: "fault.cancelled", Message: locale.T(lang, "fault.cancelled", nil)}
	}
	ref := id.Random()()[:8]
	log.ErrorContext(ctx, "internal error", "where", where, "reference", ref, "error", err.Error())
	return Shown{Code: "internal", Key: "fault.internal", Message: locale.T(lang, "fault.internal", map[string]any{"ref": ref}), Reference: ref}
}

// Formatter is the error formatter of the Wails binding, which gives JavaScript one string.
func Formatter(lang locale.Lang, log *slog.Logger) func(error) any {
	return func(err error) any {
		b, merr := json.Marshal(show(context.Background(), log, lang, "binding", err))
		if merr != nil {
			return `{"code":"internal"}`
		}
		return string(b)
	}
}
