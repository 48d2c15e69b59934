using System.CommandLine;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks;

/// <summary>What people may ask for.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan TimeToCleanUp = TimeSpan.FromSeconds(60);

    public static Task<int> InvokeAsync(string[] args)
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Figures to measure, or all: " + string.Join(", ", Catalog.All.SelectMany(b => b.Figures).Select(f => f.Name)),
            Arity = ArgumentArity.OneOrMore,
        };
        names.Validators.Add(result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>().Where(name => name != Catalog.Everything && !Catalog.Knows(name)))
                result.AddError($"There is no benchmark '{name}'.");
        });
        var pairs = new Option<int?>("--pairs") { Description = "How many pairs, in place of each benchmark's own number." };
        pairs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError("--pairs is 1 or more.");
        });
        var root = new RootCommand("Measures the library side by side with what it is held against.") { names, pairs };
        root.SetAction((parsed, cancellation) => BenchmarkRun.ExecuteAsync(Catalog.Find(parsed.GetRequiredValue(names)), parsed.GetValue(pairs), cancellation));
        // After Ctrl-C everything that was started is ended, and what it left is removed.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeToCleanUp });
    }
}
