using System.Text;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>A message as it is on the wire (PostgreSQL's documentation, "Message Formats").</summary>
internal readonly record struct WireMessage(char Type, byte[] Bytes)
{
    /// <summary>The type of the first message, which has none.</summary>
    public const char Startup = '\0';

    /// <summary>Ends a series of messages: the server answers what it owes, and that it is ready.</summary>
    public static readonly WireMessage Sync = new('S', [(byte)'S', 0, 0, 0, 4]);

    /// <summary>Whether the server says afterwards that it is ready.</summary>
    public bool IsAnswered => Type is 'S' or 'Q' or Startup;

    /// <summary>Whether it makes a statement with this in it known to the server.</summary>
    public bool Parses(string text) => Type == 'P' && Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
