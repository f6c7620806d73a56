namespace Rubato.Pipelines.Schedulers;

/// <summary>What the models of a class were trained on.</summary>
internal enum SchedulerFamily
{
    /// <summary>A table of training steps.</summary>
    Table,

    /// <summary>The straight path of flow matching.</summary>
    Flow,

    /// <summary>x0 + sigma noise.</summary>
    Exploding,

    /// <summary>A circle.</summary>
    Circle,
}

/// <summary>diffusers' scheduler classes: which solver each is, and what its options do.</summary>
internal static class SchedulerClasses
{
    public static readonly IReadOnlyDictionary<string, (SchedulerFamily Family, Func<SchedulerConfig, BuiltScheduler> Build)> ByName =
        new Dictionary<string, (SchedulerFamily, Func<SchedulerConfig, BuiltScheduler>)>(StringComparer.Ordinal)
        {
            ["CMStochasticIterativeScheduler"] = (SchedulerFamily.Exploding, EdmSchedulers.BuildConsistency),
            ["DDIMInverseScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildDdimInverse),
            ["DDIMParallelScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildDdim),
            ["DDIMScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildDdim),
            ["DDPMParallelScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildDdpm),
            ["DDPMScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildDdpm),
            ["DEISMultistepScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildDeis),
            ["DPMSolverMultistepInverseScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildDpmInverse),
            ["DPMSolverMultistepScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildDpmMultistep),
            ["DPMSolverSDEScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildDpmSde),
            ["DPMSolverSinglestepScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildDpmSinglestep),
            ["EDMDPMSolverMultistepScheduler"] = (SchedulerFamily.Exploding, EdmSchedulers.BuildDpm),
            ["EDMEulerScheduler"] = (SchedulerFamily.Exploding, EdmSchedulers.BuildEuler),
            ["EulerAncestralDiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildEulerAncestral),
            ["EulerDiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildEuler),
            ["FlowMapEulerDiscreteScheduler"] = (SchedulerFamily.Flow, FlowSchedulers.BuildMap),
            ["FlowMatchEulerDiscreteScheduler"] = (SchedulerFamily.Flow, FlowSchedulers.BuildEuler),
            ["FlowMatchHeunDiscreteScheduler"] = (SchedulerFamily.Flow, FlowSchedulers.BuildHeun),
            ["FlowMatchLCMScheduler"] = (SchedulerFamily.Flow, FlowSchedulers.BuildLcm),
            ["HeunDiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildHeun),
            ["IPNDMScheduler"] = (SchedulerFamily.Circle, TrigSchedulers.BuildIpndm),
            ["KDPM2AncestralDiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildDpm2Ancestral),
            ["KDPM2DiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildDpm2),
            ["LCMScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildLcm),
            ["LMSDiscreteScheduler"] = (SchedulerFamily.Table, KappaSchedulers.BuildLms),
            ["LTXEulerAncestralRFScheduler"] = (SchedulerFamily.Flow, FlowSchedulers.BuildAncestral),
            ["PNDMScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildPndm),
            ["RePaintScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildRePaint),
            ["SASolverScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildSa),
            ["SCMScheduler"] = (SchedulerFamily.Circle, TrigSchedulers.BuildScm),
            ["ScoreSdeVeScheduler"] = (SchedulerFamily.Exploding, EdmSchedulers.BuildScoreSde),
            ["TCDScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildTcd),
            ["UnCLIPScheduler"] = (SchedulerFamily.Table, TableSchedulers.BuildUnclip),
            ["UniPCMultistepScheduler"] = (SchedulerFamily.Table, LambdaSchedulers.BuildUniPc),
        };
}
