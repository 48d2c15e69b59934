using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookKit;
using WebhookKit.DependencyInjection;
using WebhookKit.PostgreSql;
using WebhookKit.PostgreSql.DependencyInjection;
using WebhookKit.PostgreSql.Publishing;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Publishing;
using WebhookKit.Storage;
using WebhookKit.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the PostgreSQL store.</summary>
public static class PostgreSqlWebhooksBuilderExtensions
{
    /// <summary>
    /// Keeps messages, deliveries, the delivery log and subscriptions in PostgreSQL (14 or newer), shared by as many nodes as there are. Settings come from the
    /// section <c>Webhooks:PostgreSql</c>, then from code. They are checked at the start, with all faults at once, and the schema is brought up to date then.
    /// </summary>
    /// <remarks>
    /// It also registers <see cref="IPostgreSqlWebhookPublisher"/>, which publishes within a transaction of the application's own. A host that keeps
    /// subscriptions elsewhere calls <see cref="WebhooksBuilder.UseSubscriptionStore"/> after this.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">
    /// A connection string of Npgsql. Connections are made so that a pooler in transaction mode may stand between: nothing is prepared or reset.
    /// </param>
    /// <param name="configure">Changes settings in code.</param>
    public static WebhooksBuilder UsePostgreSql(
        this WebhooksBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        return Use(builder, new PostgreSqlTarget(connectionString, DataSource: null), configure);
    }

    /// <summary>As the other overload, with a data source of the application's own, which is not disposed of.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">
    /// The data source. Behind a pooler in transaction mode it needs <c>No Reset On Close=true</c> and <c>Max Auto Prepare=0</c>; it must not multiplex.
    /// </param>
    /// <param name="configure">Changes settings in code.</param>
    public static WebhooksBuilder UsePostgreSql(
        this WebhooksBuilder builder, NpgsqlDataSource dataSource, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, new PostgreSqlTarget(ConnectionString: null, dataSource), configure);
    }

    private static WebhooksBuilder Use(WebhooksBuilder builder, PostgreSqlTarget target, Action<PostgreSqlStoreOptions>? configure)
    {
        var services = builder.Services;
        if (!services.Any(service => service.ServiceType == typeof(PostgreSqlTarget)))
            Add(services);
        services.Replace(ServiceDescriptor.Singleton(target));
        if (configure is not null)
            services.Configure(configure);
        return builder
            .UseStore(provider => provider.GetRequiredService<PostgreSqlStore>())
            .UseSubscriptionStore(provider =>
            {
                var server = provider.GetRequiredService<StoreServer>();
                return new PostgreSqlSubscriptionStore(server.Database, server.Format);
            });
    }

    private static void Add(IServiceCollection services)
    {
        services.AddSingleton(new ProviderSection(PostgreSqlOptionsBinder.Section));
        // Before everything that is there already: code wins over configuration.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<PostgreSqlStoreOptions>, PostgreSqlOptionsBinder>());
        services.AddOptions<PostgreSqlStoreOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PostgreSqlStoreOptions>, PostgreSqlOptionsValidator>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value;
            return new StoreServer(
                provider.GetRequiredService<PostgreSqlTarget>().Open(options), options, provider.GetRequiredService<SettingsFormat>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<QuietLogger>());
        });
        services.AddSingleton(provider => new PostgreSqlStore(provider.GetRequiredService<StoreServer>()));
        services.AddSingleton<IPostgreSqlWebhookPublisher>(provider => new TransactionPublisher(
            provider.GetRequiredService<ITransactionalPublishing>(), provider.GetRequiredService<PostgreSqlStore>(),
            provider.GetRequiredService<ISubscriptionStore>() as PostgreSqlSubscriptionStore));
        services.AddSingleton<IHostedService, PostgreSqlStart>();
    }
}
