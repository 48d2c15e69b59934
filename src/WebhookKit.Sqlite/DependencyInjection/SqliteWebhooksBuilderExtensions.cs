using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookKit;
using WebhookKit.DependencyInjection;
using WebhookKit.Sqlite;
using WebhookKit.Sqlite.DependencyInjection;
using WebhookKit.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the SQLite store.</summary>
public static class SqliteWebhooksBuilderExtensions
{
    /// <summary>
    /// Keeps messages, deliveries, the delivery log and subscriptions in a SQLite file, for an application of one process. Settings come from the section
    /// <c>Webhooks:Sqlite</c>, then from code. They are checked at the start, with all faults at once, and the file is opened then.
    /// </summary>
    /// <remarks>
    /// The file must be on a local disk: locks of network file systems cannot be relied upon. Beside it stand <c>-wal</c> and <c>-shm</c>, which belong to it,
    /// <c>.lock</c>, by which one process owns it, and <c>.owner</c>, which says who. A host that keeps subscriptions elsewhere calls
    /// <see cref="WebhooksBuilder.UseSubscriptionStore"/> after this.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">A connection string of Microsoft.Data.Sqlite that names a file, such as <c>Data Source=webhooks.db</c>.</param>
    /// <param name="configure">Changes settings in code.</param>
    /// <returns>The builder, for more.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="connectionString"/> is null.</exception>
    public static WebhooksBuilder UseSqlite(this WebhooksBuilder builder, string connectionString, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        var services = builder.Services;
        if (!services.Any(service => service.ServiceType == typeof(SqliteTarget)))
            Add(services);
        services.Replace(ServiceDescriptor.Singleton(new SqliteTarget(connectionString)));
        if (configure is not null)
            services.Configure(configure);
        return builder
            .UseStore(provider => new SqliteStore(provider.GetRequiredService<StoreFile>()))
            .UseSubscriptionStore(provider => new SqliteSubscriptionStore(provider.GetRequiredService<StoreFile>()));
    }

    private static void Add(IServiceCollection services)
    {
        services.AddSingleton(new ProviderSection(SqliteOptionsBinder.Section));
        // Before everything that is there already: code wins over configuration.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<SqliteStoreOptions>, SqliteOptionsBinder>());
        services.AddOptions<SqliteStoreOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SqliteStoreOptions>, SqliteOptionsValidator>();
        services.AddSingleton(provider => new StoreFile(
            provider.GetRequiredService<SqliteTarget>().ConnectionString, provider.GetRequiredService<IOptions<SqliteStoreOptions>>().Value,
            provider.GetRequiredService<SettingsFormat>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<QuietLogger>()));
        services.AddSingleton<IHostedService, SqliteStart>();
    }
}
