//go:build !bindings && !linux

package main

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// notifier gives what shows a word on the desktop; open is called with where it leads when it is
// pressed. Nil where there is no desktop to show it.
func notifier(ctx context.Context, open func(href string)) func(title, text, href string) error {
	if !runtime.IsNotificationAvailable(ctx) || runtime.InitializeNotifications(ctx) != nil {
		return nil
	}
	runtime.OnNotificationResponse(ctx, func(r runtime.NotificationResult) {
		if r.Error == nil && r.Response.ID != "" {
			open(r.Response.ID)
		}
	})
	return func(title, text, href string) error {
		return runtime.SendNotification(ctx, runtime.NotificationOptions{ID: href, Title: title, Body: text})
	}
}
