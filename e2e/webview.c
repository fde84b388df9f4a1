/*
 * Preloaded into the program for window.mjs alone: the program is the production binary, and
 * the web view that Wails makes is not open to WebDriver. This library stands before the one
 * function by which the view is made, makes the same view with automation allowed, and gives
 * it to the driver's session when that asks for a view.
 */
#include <stdlib.h>
#include <webkit2/webkit2.h>

static WebKitWebView *the_view;

/* The web process must not be preloaded as well. */
__attribute__((constructor)) static void leave_children_alone(void) {
  unsetenv("LD_PRELOAD");
}

static WebKitWebView *hand_over(WebKitAutomationSession *session, gpointer unused) {
  (void)session;
  (void)unused;
  return the_view;
}

static void on_session(WebKitWebContext *context, WebKitAutomationSession *session, gpointer unused) {
  WebKitApplicationInfo *who = webkit_application_info_new();
  (void)context;
  (void)unused;
  webkit_application_info_set_name(who, "comptoir");
  webkit_application_info_set_version(who, 1, 0, 0);
  webkit_automation_session_set_application_info(session, who);
  webkit_application_info_unref(who);
  g_signal_connect(session, "create-web-view", G_CALLBACK(hand_over), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
  WebKitWebContext *context = webkit_web_context_get_default();
  webkit_web_context_set_automation_allowed(context, TRUE);
  g_signal_connect(context, "automation-started", G_CALLBACK(on_session), NULL);
  the_view = WEBKIT_WEB_VIEW(g_object_new(WEBKIT_TYPE_WEB_VIEW,
    "user-content-manager", manager, "is-controlled-by-automation", TRUE, NULL));
  return GTK_WIDGET(the_view);
}
