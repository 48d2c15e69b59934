namespace WebhookKit.Sqlite.Queue;

/// <summary>A delivery that was given out, as it stands in the file: an ad hoc destination still as it was written down.</summary>
internal readonly record struct GrantedDelivery(DeliveryRow Row, AcceptedMessage Message, SettingsForm? Destination);
