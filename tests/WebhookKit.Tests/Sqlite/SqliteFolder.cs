using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebhookKit.Sqlite;
using WebhookKit.Storage;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Sqlite;

/// <summary>A temporary folder with a database file, opened as often as a test likes.</summary>
internal sealed class SqliteFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhookkit-sqlite-");

    public VirtualClock Clock { get; } = new();

    public string File => Path.Combine(_folder.FullName, "webhooks.db");

    public string ConnectionString => $"Data Source={File}";

    public SqliteNode Open(
        Action<SqliteStoreOptions>? configure = null, string? file = null, ISecretProtector? protector = null, TimeProvider? time = null,
        ILogger? logger = null)
    {
        var options = new SqliteStoreOptions { OwnerTimeout = TimeSpan.Zero };
        configure?.Invoke(options);
        var format = new SettingsFormat(new NamedParts([]), protector);
        return new SqliteNode(new StoreFile(
            $"Data Source={file ?? File}", options, format, time ?? Clock, logger ?? NullLogger.Instance));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
