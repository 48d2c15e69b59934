namespace WebhookKit;

/// <summary>When the SQLite store waits for the disk.</summary>
public enum SqliteSynchronous
{
    /// <summary>With every commit: what was accepted survives a crash of the process, of the operating system, and a loss of power.</summary>
    Full,

    /// <summary>
    /// Only now and then: a loss of power, or a crash of the operating system, may take back the last commits, those of the last seconds, although they were
    /// answered as accepted; what was sent in them may be sent again. A crash of the process alone loses nothing.
    /// </summary>
    Normal,
}
