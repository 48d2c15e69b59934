using WebhookKit.Benchmarks;
using WebhookKit.Benchmarks.Receiver;
using WebhookKit.FaultTests.Processes;

// The roles that a run starts as processes of their own; people name benchmarks.
return args switch
{
    [ReceiverProgram.Role] => await ReceiverProgram.RunAsync(),
    [Guard.Role] => await GuardProgram.RunAsync(),
    _ => await CommandLine.InvokeAsync(args),
};
