/*
 * A desktop for window-alert.mjs: it owns org.freedesktop.Notifications on the session bus, gives each
 * notification the next number and writes it on a line, as number, title, body and actions. What is typed to it
 * is done: "press N", "dismiss N".
 */
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

static const char name[] = "org.freedesktop.Notifications", path[] = "/org/freedesktop/Notifications";
static const char shape[] = "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "</interface></node>";
static GDBusConnection *bus;
static guint32 last;

static void called(GDBusConnection *c, const char *sender, const char *p, const char *i, const char *method, GVariant *in, GDBusMethodInvocation *call, gpointer unused) {
  (void)c; (void)sender; (void)p; (void)i; (void)unused;
  if (strcmp(method, "Notify") != 0) {
    const char *can[] = {"body", "body-markup", "actions", NULL};
    g_dbus_method_invocation_return_value(call, g_variant_new("(^as)", can));
    return;
  }
  const char *title, *body;
  char **actions;
  g_variant_get(in, "(&su&s&s&s^a&sa{sv}i)", NULL, NULL, NULL, &title, &body, &actions, NULL, NULL);
  char *joined = g_strjoinv(",", actions);
  printf("%u\t%s\t%s\t%s\n", ++last, title, body, joined);
  fflush(stdout);
  g_free(joined);
  g_free(actions);
  g_dbus_method_invocation_return_value(call, g_variant_new("(u)", last));
}

static gboolean typed(GIOChannel *in, GIOCondition when, gpointer loop) {
  char *line = NULL;
  guint32 n;
  (void)when;
  if (g_io_channel_read_line(in, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    g_main_loop_quit(loop);
    return FALSE;
  }
  if (sscanf(line, "press %u", &n) == 1) {
    g_dbus_connection_emit_signal(bus, NULL, path, name, "ActionInvoked", g_variant_new("(us)", n, "default"), NULL);
    g_dbus_connection_emit_signal(bus, NULL, path, name, "NotificationClosed", g_variant_new("(uu)", n, 2), NULL);
  } else if (sscanf(line, "dismiss %u", &n) == 1) {
    g_dbus_connection_emit_signal(bus, NULL, path, name, "NotificationClosed", g_variant_new("(uu)", n, 2), NULL);
  }
  g_free(line);
  return TRUE;
}

static void owned(GDBusConnection *c, const char *n, gpointer unused) {
  (void)c; (void)n; (void)unused;
  printf("ready\n");
  fflush(stdout);
}

int main(void) {
  static const GDBusInterfaceVTable table = {called, NULL, NULL, {0}};
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(shape, NULL);
  if (!bus || !g_dbus_connection_register_object(bus, path, node->interfaces[0], &table, NULL, NULL, NULL)) return 1;
  g_bus_own_name_on_connection(bus, name, G_BUS_NAME_OWNER_FLAGS_REPLACE, owned, NULL, NULL, NULL);
  g_io_add_watch(g_io_channel_unix_new(0), G_IO_IN | G_IO_HUP, typed, loop);
  g_main_loop_run(loop);
  return 0;
}
