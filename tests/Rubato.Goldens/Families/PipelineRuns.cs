using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>A pipeline run from a seed: every output under its name in the case.</summary>
internal delegate IEnumerable<(string Name, Tensor Value)> Pipeline(GoldenCase golden);

/// <summary>Whole pipelines: a model's folder, a scheduler, a seed.</summary>
internal sealed class PipelineRuns : IFamily
{
    private static readonly Dictionary<string, Pipeline> ByClass = new(StringComparer.Ordinal)
    {
        ["DDIMPipeline"] = Unconditional,
        ["DDPMPipeline"] = Unconditional,
    };

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        string[] outputs = golden.Texts("outputs");
        yield return new Unit(golden.Name, outputs, comparison =>
        {
            foreach ((string name, Tensor value) in ByClass.Find("pipelines", "class", golden.Text("class"))(golden))
                comparison.Check(name, value, golden[name], golden.Tolerance(name));
        });
    }

    /// <summary>A batch from one generator: its samples share the trajectory, and the generator draws start and steps.</summary>
    private static IEnumerable<(string Name, Tensor Value)> Unconditional(GoldenCase golden)
    {
        JsonElement scheduler = golden.Json.GetProperty("scheduler"), args = golden.Json.GetProperty("args");
        var config = ModelConfig.Of(scheduler.GetProperty("config"), $"{golden.Name}: scheduler");
        var read = DiffusersScheduler.Read(config, scheduler.GetProperty("class").GetString());
        SchedulerPlan plan = read.Plan(new SchedulerCall(args.GetProperty("num_inference_steps").GetInt32())
        {
            Eta = args.TryGetProperty("eta", out JsonElement eta) ? eta.GetDouble() : 0,
        });
        Diffuser model = DiffuserFolder.Load(ModelCase.FolderOf(golden));
        var generator = new TorchCpuGenerator(golden.Json.GetProperty("seed").GetUInt64());
        Tensor start = Tensor.Empty([args.GetProperty("batch_size").GetInt32(), .. model.Network.SampleShape]);
        generator.RandN(start.AsSpan());

        var recorder = new StateRecorder(plan.Solver);
        using var sampler = new Sampler();
        Sample sample = sampler.SampleAsync(new SampleRequest
        {
            Network = model.Network,
            Meaning = read.Meaning,
            Solver = recorder,
            Grid = plan.Grid,
            Start = start,
            Noise = generator,
        }).GetAwaiter().GetResult();
        Tensor[] states = [.. recorder.States.Skip(1), sample.State];
        return states.Select((state, step) => ($"out.latents.{step}", state))
            .Append(("out.image", sample.State.Scale(0.5).AddScalar(0.5f).Clamp(0, 1)));
    }
}
