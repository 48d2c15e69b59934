using Microsoft.Extensions.Configuration;
using WebhookKit.DependencyInjection;

namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>Binds the section <c>Webhooks:Sqlite</c>.</summary>
internal sealed class SqliteOptionsBinder(IConfiguration? configuration = null)
    : ProviderOptionsBinder<SqliteStoreOptions>(configuration, SqliteOptionsBinder.Section, Known)
{
    public const string Section = "Sqlite";

    private static readonly string[] Known =
    [
        nameof(SqliteStoreOptions.Synchronous), nameof(SqliteStoreOptions.BusyTimeout), nameof(SqliteStoreOptions.OwnerTimeout),
        nameof(SqliteStoreOptions.Migrate), nameof(SqliteStoreOptions.MaxGroup), nameof(SqliteStoreOptions.Readers),
    ];

    protected override void Bind(IConfigurationSection settings, SqliteStoreOptions options) => settings.Bind(options);

    protected override ICollection<WebhookError> Faults(SqliteStoreOptions options) => options.BindingFaults;
}
